/** What a panel hears of the engine whose store it shows; when that is opened anew, of the new one alone. */
import type { Change, LiveEvent } from "../core/events";
import type { Engine } from "../engine/api";
import { Disposable, DisposableBag } from "../ui/lifecycle";

export class Listening extends Disposable {
  readonly #ears = this.register(new DisposableBag());
  #engine: Engine | null = null;

  constructor(
    private readonly changed: (engine: Engine, change: Change) => void,
    private readonly happened: (event: LiveEvent) => void = () => undefined,
  ) {
    super();
  }

  /** The engine that is listened to; null before the first. */
  get engine(): Engine | null {
    return this.#engine;
  }

  to(engine: Engine): void {
    if (this.#engine === engine) return;
    this.#ears.dispose();
    this.#engine = engine;
    this.#ears.add(
      engine.onChange((change) => this.changed(engine, change)),
      engine.onLive((event) => this.happened(event)),
    );
  }
}
