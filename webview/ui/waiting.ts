/** The clock of everything that waits: a short wait says nothing, so that quick answers don't flicker; a longer one how long. */

const QUIET_MS = 150;
/** Often enough that no second is left out. */
const TICK_MS = 500;

export class Waiting {
  #timer: number | undefined;

  /** Of a wait that takes longer than a moment `say` is told the seconds, before it is shown and from then on. */
  begin(say: (seconds: number) => void, show: () => void, since = Date.now()): void {
    this.end();
    const tick = (): void => say(Math.max(0, Math.floor((Date.now() - since) / 1000)));
    this.#timer = window.setTimeout(() => {
      tick();
      this.#timer = window.setInterval(tick, TICK_MS);
      show();
    }, QUIET_MS);
  }

  end(): void {
    // Timeouts and intervals share their numbers.
    window.clearInterval(this.#timer);
  }
}
