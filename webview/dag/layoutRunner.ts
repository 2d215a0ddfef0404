import { layout } from "./layout/layout";
import workerSource from "./layout/layout.worker?text";
import type { Layout, LayoutInput } from "./layout/types";

/** Up to here the drawing is there in the frame in which it was asked for. */
const ON_THE_SPOT = 150;

/** Lays out small graphs at once and large ones in a worker; only the newest question is answered. */
export class LayoutRunner {
  #worker = startWorker();
  #newest = 0;

  run(input: LayoutInput, done: (drawing: Layout) => void, failed: (reason: string) => void): void {
    const id = ++this.#newest;
    if (input.nodes.length <= ON_THE_SPOT) {
      done(layout(input));
      return;
    }
    this.#worker.onmessage = ({ data }: MessageEvent<{ readonly id: number; readonly drawing: Layout }>) => {
      if (data.id === this.#newest && data.id === id) done(data.drawing);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      if (id === this.#newest) failed(event.message);
    };
    this.#worker.postMessage({ id, input });
  }

  /** Gives up what is being laid out: a worker that is busy can't be told otherwise. */
  cancel(): void {
    this.#newest++;
    this.#worker.terminate();
    this.#worker = startWorker();
  }
}

/** Started with the page: it gets ready while the host still reads what there is to draw. */
function startWorker(): Worker {
  const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return worker;
}
