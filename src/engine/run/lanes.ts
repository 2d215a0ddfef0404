/** The executors of a run by language, and the steps that wait for one. A pipeline in one language has one lane. */
import type { Language } from "../../core/entities";
import type { HeadraceError } from "../../core/errors";
import type { ExecuteOptions } from "../../runtimes/runtime";
import type { Prepared } from "./begin";
import type { Executors, Lease } from "./executors";
import { Queue } from "./queue";

interface Lane {
  readonly executors: Executors;
  readonly waiting: Queue<Prepared>;
}

export interface LanesOptions {
  /** The pipeline's own, whose executors run its hooks. */
  readonly main: Language;
  readonly executors: ReadonlyMap<Language, Executors>;
  /** How many steps execute at the same time, whatever their languages. */
  readonly limit: number;
}

export class Lanes {
  readonly #lanes: ReadonlyMap<Language, Lane>;
  readonly #main: Executors;
  readonly #limit: number;
  #leased = 0;

  constructor({ main, executors, limit }: LanesOptions) {
    const own = executors.get(main);
    if (own === undefined) throw new Error(`There is nothing to execute ${main} on.`);
    this.#main = own;
    this.#lanes = new Map(
      [...executors].map(([language, each]) => [language, { executors: each, waiting: new Queue() }]),
    );
    this.#limit = executors.size === 1 ? Infinity : limit;
  }

  /** Set when steps wait for an executor that there will never be. */
  get exhausted(): HeadraceError | null {
    for (const { executors, waiting } of this.#lanes.values()) {
      if (executors.exhausted !== null && waiting.size > 0) return executors.exhausted;
    }
    return null;
  }

  push(prepared: Prepared): void {
    this.#lanes.get(prepared.step.language)?.waiting.push(prepared);
  }

  /** The next step that there is an executor for. */
  next(): { readonly prepared: Prepared; readonly lease: Lease } | null {
    if (this.#leased >= this.#limit) return null;
    for (const { executors, waiting } of this.#lanes.values()) {
      if (waiting.size === 0) continue;
      const lease = executors.take();
      if (lease === null) continue;
      const prepared = waiting.shift();
      if (prepared === undefined) lease.release();
      else return { prepared, lease: this.#counted(lease) };
    }
    return null;
  }

  /** Asks for what the waiting steps lack. Calls back when something changed. */
  want(changed: () => void): void {
    const room = this.#leased < this.#limit;
    for (const { executors, waiting } of this.#lanes.values()) {
      executors.want(room ? waiting.size : 0, changed);
    }
  }

  clear(): void {
    for (const { waiting } of this.#lanes.values()) waiting.clear();
  }

  hook(hook: "init" | "cleanup", options: ExecuteOptions): Promise<void> {
    return this.#main.hook(hook, options);
  }

  close(): void {
    for (const { executors } of this.#lanes.values()) executors.close();
  }

  #counted(lease: Lease): Lease {
    this.#leased += 1;
    return {
      execute: (params, options) => lease.execute(params, options),
      kill: () => lease.kill(),
      release: () => {
        this.#leased -= 1;
        lease.release();
      },
    };
  }
}
