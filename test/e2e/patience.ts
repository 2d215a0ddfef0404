/** Waiting for what becomes true, in windows that live their own life on machines of any speed. */

/** For what a person would wait for, on a machine that is three times slower than a developer's. */
export const PATIENCE_MS = 30_000;

/** For what is there after a moment, unless something came between. */
const MOMENT_MS = 4_000;

/** Asks again until the answer is as wanted. */
export async function until<T>(
  look: () => Promise<T>,
  wanted: (found: T) => boolean,
  timeout = PATIENCE_MS,
): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const found = await look();
    if (wanted(found)) return found;
    if (Date.now() > deadline)
      throw new Error(
        `Waited ${timeout / 1000} s in vain; last there was ${JSON.stringify(found).slice(0, 2000)}.`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Does again what did not come off, as a person would: rows move under the pointer while runs go on, a panel that comes up
 * takes the focus from an input, and VS Code drops a list of fixes for the light that it looks for itself. `act` leaves
 * nothing half done, and gives up after the moment that it is given.
 */
export async function insist<T>(act: (moment: number) => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await act(MOMENT_MS);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** Fails after `timeout`, whatever is still being waited for. */
export async function within<T>(timeout: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${timeout / 1000} s.`)), timeout);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
