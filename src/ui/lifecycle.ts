/** Owning and letting go. Whatever is registered is disposed with its owner, also when it comes after the end. */

export interface IDisposable {
  dispose(): unknown;
}

export abstract class Disposable implements IDisposable {
  private readonly owned = new Set<IDisposable>();
  private ended = false;

  protected get disposed(): boolean {
    return this.ended;
  }

  /** Ties `item` to this object's life. */
  protected register<T extends IDisposable>(item: T): T {
    if (this.ended) item.dispose();
    else this.owned.add(item);
    return item;
  }

  dispose(): void {
    if (this.ended) return;
    this.ended = true;
    const items = [...this.owned].reverse();
    this.owned.clear();
    for (const item of items) item.dispose();
  }
}

/** A bag of disposables that can be emptied and filled again. */
export class DisposableBag implements IDisposable {
  private items: IDisposable[] = [];

  add(...items: IDisposable[]): void {
    this.items.push(...items);
  }

  dispose(): void {
    const items = this.items.reverse();
    this.items = [];
    for (const item of items) item.dispose();
  }
}

/** An event of our own: no vscode needed, one failing listener doesn't stop the others. */
export class Emitter<T> implements IDisposable {
  private readonly listeners = new Set<(event: T) => void>();

  constructor(private readonly onListenerError: (error: unknown) => void = () => undefined) {}

  readonly event = (listener: (event: T) => void): IDisposable => {
    // Wrapped, so that the same function registered twice is two listeners.
    const own = (event: T): void => listener(event);
    this.listeners.add(own);
    return { dispose: () => this.listeners.delete(own) };
  };

  fire(event: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.onListenerError(error);
      }
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}

/** Runs `act` once for all requests that come within `delay` milliseconds of the first. */
export class Coalesced implements IDisposable {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly act: () => void,
    private readonly delay: number,
  ) {}

  request(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.act();
    }, this.delay);
  }

  /** Does at once what is still pending. */
  flush(): void {
    if (this.timer === undefined) return;
    this.cancel();
    this.act();
  }

  private cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  dispose(): void {
    this.cancel();
  }
}

/** Runs `act` at once, and once more for all requests of the `pace` milliseconds that follow. */
export class Paced implements IDisposable {
  private timer: NodeJS.Timeout | undefined;
  private again = false;

  constructor(
    private readonly act: () => void,
    private readonly pace: number,
  ) {}

  request(): void {
    if (this.timer === undefined) this.now();
    else this.again = true;
  }

  /** Whatever came just before. */
  now(): void {
    this.dispose();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.again) this.now();
    }, this.pace);
    this.act();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.again = false;
  }
}

/** Runs `act` once requests have rested for `delay` milliseconds. */
export class Settled implements IDisposable {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly act: () => void,
    private readonly delay: number,
  ) {}

  request(): void {
    this.dispose();
    this.timer = setTimeout(this.act, this.delay);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
