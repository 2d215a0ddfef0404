/** Waiting that ends when the user cancels, before there is a run. */
import { asError, HeadraceError } from "../../core/errors";

export function cancelled(): HeadraceError {
  return new HeadraceError("cancelled", "Cancelled before the run began.");
}

/** Does not wait for what was cancelled; what still comes of it is handed to `late`. */
export function orCancelled<T>(work: Promise<T>, signal: AbortSignal, late?: (value: T) => void): Promise<T> {
  if (signal.aborted) {
    work.then(late, () => undefined);
    return Promise.reject(cancelled());
  }
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      work.then(late, () => undefined);
      reject(cancelled());
    };
    signal.addEventListener("abort", abort, { once: true });
    work.then(
      (value) => {
        signal.removeEventListener("abort", abort);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener("abort", abort);
        reject(signal.aborted ? cancelled() : asError(error));
      },
    );
  });
}
