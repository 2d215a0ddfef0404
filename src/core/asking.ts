/** Work that somebody waits for: whoever asked may give up, and is told how far it is. */
import { HeadraceError } from "./errors";

export interface Asking {
  readonly signal: AbortSignal;
  /** How much is done, from 0 to 1. */
  readonly progress: (fraction: number) => void;
}

/** For work that nobody stops or watches. */
export const unattended: Asking = {
  signal: new AbortController().signal,
  progress: () => undefined,
};

/** Called between pieces of the work. */
export function goOn({ signal, progress }: Asking, fraction: number): void {
  if (signal.aborted) throw givenUp();
  progress(Math.min(1, fraction));
}

export function givenUp(): HeadraceError {
  return new HeadraceError("cancelled", "Cancelled.");
}
