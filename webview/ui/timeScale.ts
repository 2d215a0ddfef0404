/** The marks of an axis of time. */
import { element } from "./dom";
import { formatDuration } from "./format";

/** About five round marks over so many milliseconds, placed by percent. */
export function ticks(span: number): readonly HTMLElement[] {
  // Below a millisecond, marks could not be told apart.
  const magnitude = Math.max(1, 10 ** Math.floor(Math.log10(span / 5)));
  const step = [1, 2, 5, 10].map((n) => n * magnitude).find((size) => span / size <= 6) ?? span;
  const made: HTMLElement[] = [];
  for (let time = 0; time <= span * 0.95; time += step) {
    const tick = element("span", { class: "tick" }, formatDuration(time));
    tick.style.left = `${(100 * time) / span}%`;
    made.push(tick);
  }
  return made;
}
