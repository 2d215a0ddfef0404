import { layout } from "./layout/layout";
import workerSource from "./layout/layout.worker?text";
import type { Layout, LayoutInput } from "./layout/types";

/** Up to here drawing takes less than starting a worker would. */
const ON_THE_SPOT = 2_000;

/** Lays out small graphs at once and large ones in a worker; only the newest question is answered. */
export class LayoutRunner {
  #worker: Worker | null = null;
  #newest = 0;

  run(input: LayoutInput, done: (drawing: Layout) => void, failed: (reason: string) => void): void {
    const id = ++this.#newest;
    if (input.nodes.length <= ON_THE_SPOT) {
      done(layout(input));
      return;
    }
    const worker = (this.#worker ??= startWorker());
    worker.onmessage = ({ data }: MessageEvent<{ readonly id: number; readonly drawing: Layout }>) => {
      if (data.id === this.#newest && data.id === id) done(data.drawing);
    };
    worker.onerror = (event) => failed(event.message);
    worker.postMessage({ id, input });
  }
}

function startWorker(): Worker {
  const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return worker;
}
