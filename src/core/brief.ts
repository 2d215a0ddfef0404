/** What a value is, where there is little room: of a number only what tells it apart, six digits of it. */
export function brief(summary: string): string {
  return /^-?\d+\.\d{5,}(e[+-]?\d+)?$/.test(summary)
    ? String(Number(Number(summary).toPrecision(6)))
    : summary;
}
