/** What of the drawing is marked, by ids of drawn nodes. */
export interface Marks {
  readonly selected: string | null;
  /** Where the keyboard is. */
  readonly active: string | null;
  /** Everything else is dimmed: what a hover or a search brings out. */
  readonly lit: ReadonlySet<string> | null;
  readonly critical: ReadonlySet<string> | null;
  /** What the editor's cursor stands in. */
  readonly pointed: ReadonlySet<string>;
}

export const noMarks: Marks = { selected: null, active: null, lit: null, critical: null, pointed: new Set() };
