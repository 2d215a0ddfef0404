/** A promise and its levers (`Promise.withResolvers`, which Node 20 lacks). */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: Error): void;
}

export function deferred<T>(): Deferred<T> {
  let levers: Omit<Deferred<T>, "promise"> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    levers = { resolve, reject };
  });
  if (levers === undefined) throw new Error("A promise's executor runs at once.");
  return { promise, ...levers };
}
