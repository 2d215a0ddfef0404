/** How the graph was looked at: kept for the page's next life, and per pipeline. */
import type { Grouping } from "./groups";
import type { Direction } from "./layout/types";

export interface ViewState {
  readonly key: string;
  readonly tab: "graph" | "timeline";
  readonly direction: Direction;
  readonly artifacts: boolean;
  readonly fold: boolean;
  readonly minimap: boolean;
  readonly critical: boolean;
  /** What is very long and narrow goes on beside itself. */
  readonly wrap: boolean;
  readonly grouping: Grouping;
  /** Folds and groups that were opened by hand. */
  readonly opened: readonly string[];
  /** Statuses of steps, and kinds of edges, that are left out. */
  readonly hidden: readonly string[];
  readonly focus: string | null;
  readonly selected: string | null;
  readonly place: { readonly scale: number; readonly x: number; readonly y: number } | null;
}

export function freshView(key: string): ViewState {
  return {
    key,
    tab: "graph",
    direction: "TB",
    artifacts: true,
    fold: true,
    minimap: true,
    critical: false,
    wrap: true,
    grouping: "none",
    opened: [],
    hidden: [],
    focus: null,
    selected: null,
    place: null,
  };
}

/** What was kept, if it is of this pipeline; what another version kept otherwise is completed. */
export function restoredView(kept: unknown, key: string): ViewState {
  const fresh = freshView(key);
  if (typeof kept !== "object" || kept === null || !("key" in kept) || kept.key !== key) return fresh;
  return { ...fresh, ...kept, key };
}
