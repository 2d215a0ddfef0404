/** The theme's colours as values, for what can't use CSS variables: canvases and exported pictures. */
import type { Status } from "../ui/steps";

export interface Palette {
  readonly status: (status: Status) => string;
  readonly background: string;
  readonly card: string;
  readonly border: string;
  readonly text: string;
  readonly muted: string;
  readonly edge: string;
  readonly focus: string;
  readonly font: string;
}

/** Read anew after the theme changed. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.body);
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const resolve = (expression: string): string => {
    probe.style.color = "";
    probe.style.color = expression;
    return getComputedStyle(probe).color;
  };
  const known = new Map<Status, string>();
  for (const status of statuses) known.set(status, resolve(`var(--status-${status})`));
  const palette = {
    status: (status: Status) => known.get(status) ?? style.color,
    background: resolve("var(--vscode-editor-background)"),
    card: resolve("var(--card)"),
    border: resolve("var(--node-border)"),
    text: resolve("var(--vscode-foreground)"),
    muted: resolve("var(--muted)"),
    edge: resolve("var(--edge)"),
    focus: resolve("var(--vscode-focusBorder)"),
    font: style.fontFamily,
  };
  probe.remove();
  return palette;
}

const statuses: readonly Status[] = [
  "planned",
  "waiting",
  "running",
  "retrying",
  "retried",
  "completed",
  "cached",
  "failed",
  "skipped",
  "cancelled",
  "interrupted",
];
