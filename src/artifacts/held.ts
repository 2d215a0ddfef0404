/**
 * Small payloads whose content is in the journal and not yet in a folder of its own: making and syncing files costs more than a
 * trivial step. Their folders appear when somebody reads files, and else when nothing else goes on.
 */
import { setImmediate } from "node:timers/promises";
import { asError } from "../core/errors";
import type { FileTexts } from "../core/manifest";
import { checkTexts } from "./verification";

/** What the journal holds of a payload; null when nothing, or nothing any more. */
export type Recorded = (digest: string) => FileTexts | null;

/** How they get folders. */
export interface Shelves {
  has(digest: string): boolean;
  /** Does nothing when the files are there, whole. */
  write(digest: string, texts: FileTexts): void;
  /** Makes what is written durable. When it throws, it may be of none. */
  seal(digests: readonly string[]): Promise<void>;
}

export interface Kept {
  /** These need the journal no more. */
  readonly kept: readonly string[];
  /** Why others do; null when none does. */
  readonly problem: Error | null;
}

/** Written in one go, before others have the processor. */
const WRITTEN_AT_ONCE = 8;

export class HeldPayloads {
  /** Of this process: a step may take them before what the journal says of them can be read. */
  readonly #own = new Map<string, FileTexts>();
  #size = 0;

  constructor(
    private readonly shelves: Shelves,
    private readonly recorded: Recorded,
  ) {}

  /** How much memory they take here, in characters. */
  get size(): number {
    return this.#size;
  }

  /** `texts` are known to be the payload of `digest`. */
  add(digest: string, texts: FileTexts): void {
    if (this.#own.has(digest)) return;
    this.#own.set(digest, texts);
    this.#size += sizeOf(texts);
  }

  /** Whether only the journal has it, or will have. */
  has(digest: string): boolean {
    return this.#own.has(digest) || this.#recorded(digest) !== null;
  }

  /** Null for one that has a folder, and for what is not held. */
  get(digest: string): FileTexts | null {
    return this.#own.get(digest) ?? (this.shelves.has(digest) ? null : this.#recorded(digest));
  }

  /** Makes the folder of one, for whoever reads files. Does nothing for what is not held. */
  appear(digest: string): void {
    if (this.shelves.has(digest)) return;
    const texts = this.get(digest);
    if (texts !== null) this.shelves.write(digest, texts);
  }

  /** The same of all that the journal has, after a crash, which may have left half of them. */
  async rewrite(digests: readonly string[]): Promise<Error | null> {
    const problems: Error[] = [];
    await this.#writeAll(digests, problems);
    return problems[0] ?? null;
  }

  /** Gives them folders, durably. What is no payload can't have one, and is neither kept nor a problem. */
  async keep(digests: readonly string[]): Promise<Kept> {
    const problems: Error[] = [];
    const written = await this.#writeAll(digests, problems);
    const kept = await this.shelves.seal(written).then(
      () => written,
      // One of them must not hold up the others.
      () => this.#sealEach(written, problems),
    );
    return { kept, problem: problems[0] ?? null };
  }

  async #sealEach(written: readonly string[], problems: Error[]): Promise<readonly string[]> {
    const kept: string[] = [];
    for (const digest of written) {
      try {
        await this.shelves.seal([digest]);
        kept.push(digest);
      } catch (error) {
        problems.push(asError(error));
      }
    }
    return kept;
  }

  async #writeAll(digests: readonly string[], problems: Error[]): Promise<readonly string[]> {
    const written: string[] = [];
    for (const [at, digest] of digests.entries()) {
      try {
        const texts = this.#own.get(digest) ?? this.#recorded(digest);
        if (texts === null) continue;
        this.shelves.write(digest, texts);
        written.push(digest);
      } catch (error) {
        problems.push(asError(error));
      }
      if (at % WRITTEN_AT_ONCE === WRITTEN_AT_ONCE - 1) await setImmediate();
    }
    return written;
  }

  /** They are kept, and the journal says so. */
  forget(digests: readonly string[]): void {
    for (const digest of digests) {
      const texts = this.#own.get(digest);
      if (texts === undefined) continue;
      this.#own.delete(digest);
      this.#size -= sizeOf(texts);
    }
  }

  /** A store may have been written by anyone: what is not the payload of its digest is none. */
  #recorded(digest: string): FileTexts | null {
    const texts = this.recorded(digest);
    try {
      if (texts !== null) checkTexts(texts, digest);
      return texts;
    } catch {
      return null;
    }
  }
}

const sizeOf = (texts: FileTexts): number =>
  Object.values(texts).reduce((sum, { length }) => sum + length, 0);
