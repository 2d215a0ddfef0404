/** Pages of rows that a grid asks for while it is scrolled: said together, given up together, tried again together. */
import type { CommonStrings } from "../../src/panels/messages";
import type { GridPage } from "./gridRows";
import type { Watching } from "./rpc";
import { Surface } from "./surface";

export type ReadRows = (offset: number, limit: number, watching: Watching) => Promise<GridPage>;

export class RowReading {
  readonly surface: Surface;
  readonly #outstanding = new Set<Promise<GridPage>>();
  #controller = new AbortController();
  #isSaid = false;
  #progress: Watching["progress"];

  constructor(
    strings: CommonStrings,
    private readonly label: string,
    private readonly read: ReadRows,
    showLog: () => void,
    /** Makes the grid ask again for what is in sight. */
    private readonly refresh: () => void,
  ) {
    this.surface = new Surface(strings, showLog);
  }

  readonly fetch = (offset: number, limit: number): Promise<GridPage> => {
    const page = this.read(offset, limit, {
      signal: this.#controller.signal,
      progress: (fraction) => this.#progress?.(fraction),
    });
    this.#outstanding.add(page);
    const gone = (): boolean => this.#outstanding.delete(page);
    page.then(gone, gone);
    if (!this.#isSaid)
      void this.surface.ask({
        label: this.label,
        ask: (watching) => this.#all(watching),
        show: () => undefined,
      });
    return page;
  };

  async #all({ signal, progress }: Watching): Promise<void> {
    this.#isSaid = true;
    this.#progress = progress;
    signal?.addEventListener("abort", () => {
      this.#controller.abort();
      this.#controller = new AbortController();
    });
    try {
      if (this.#outstanding.size === 0) this.refresh();
      while (this.#outstanding.size > 0) await Promise.all(this.#outstanding);
    } finally {
      this.#isSaid = false;
    }
  }
}
