/** Keys of the page: they work wherever the keyboard is, but where something is typed or chosen. */

export interface KeyActions {
  readonly search: () => void;
  readonly nextMatch: (step: 1 | -1) => void;
  readonly back: () => void;
  /** Keys about the drawing; only while it is shown. */
  readonly graph: {
    readonly fit: () => void;
    readonly actualSize: () => void;
    readonly zoomToSelection: () => void;
    readonly zoomIn: () => void;
    readonly zoomOut: () => void;
    readonly foldAround: () => void;
    /** A key while nothing has the keyboard. */
    readonly move: (event: KeyboardEvent) => void;
  };
  readonly graphShown: () => boolean;
}

const TAKES_KEYS = 'input, textarea, select, vscode-text-field, vscode-dropdown, [role="menu"]';

export function listenToKeys(actions: KeyActions): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest(TAKES_KEYS) !== null) return;
    const act = actionOf(event, actions);
    if (act !== null) {
      event.preventDefault();
      act();
    } else if (event.target === document.body && actions.graphShown()) actions.graph.move(event);
  });
}

function actionOf(event: KeyboardEvent, actions: KeyActions): (() => void) | null {
  const { graph } = actions;
  const anywhere: Readonly<Record<string, (() => void) | undefined>> = {
    "/": actions.search,
    n: () => actions.nextMatch(1),
    N: () => actions.nextMatch(-1),
    Escape: actions.back,
  };
  const drawing: Readonly<Record<string, (() => void) | undefined>> = {
    f: graph.fit,
    "0": graph.fit,
    "1": graph.actualSize,
    "2": graph.zoomToSelection,
    "+": graph.zoomIn,
    "=": graph.zoomIn,
    "-": graph.zoomOut,
    Backspace: graph.foldAround,
  };
  const found = anywhere[event.key];
  if (found !== undefined) return found;
  if (!actions.graphShown()) return null;
  // Shift and 1 is another sign on every keyboard.
  if (event.shiftKey && event.code === "Digit1") return graph.fit;
  return drawing[event.key] ?? null;
}
