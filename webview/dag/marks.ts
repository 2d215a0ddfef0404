/** What of the drawing is marked, by ids of drawn nodes. */
export interface Marks {
  readonly selected: string | null;
  /** Where the keyboard is. */
  readonly active: string | null;
  /** What a hover or a search brings out. */
  readonly lit: ReadonlySet<string> | null;
  /** Whether everything else is dimmed; a pointer that only passes by should not make the whole drawing flicker. */
  readonly dims: boolean;
  readonly critical: ReadonlySet<string> | null;
  /** What the editor's cursor stands in. */
  readonly pointed: ReadonlySet<string>;
}

export const noMarks: Marks = {
  selected: null,
  active: null,
  lit: null,
  dims: true,
  critical: null,
  pointed: new Set(),
};
