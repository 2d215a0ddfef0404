/**
 * Payload folders: `artifacts/ab/cdef…/`, named by the digest of their content, immutable, shared by equal payloads. They are written
 * under `tmp/<process>/` and appear in one rename, whole.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import { existsSync, mkdirSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { HeadraceError, messageOf } from "../core/errors";
import { fileError, systemCode } from "../core/fileErrors";
import type { JsonObject } from "../core/json";
import { MANIFEST_FILE, type FileTexts, type Manifest } from "../core/manifest";
import { hexOf } from "./digest";
import { filesOf, removeTree, sizeOf, syncAll } from "./folders";
import { moveIn, seal, writeTexts } from "./texts/keep";
import type { TextThread } from "./texts/thread";
import { checkContent, checkListing, checkTexts } from "./verification";

export interface PayloadFolders {
  readonly artifacts: string;
  readonly tmp: string;
}

/** A payload in its place. `durable` resolves once a crash can't take it any more. */
export interface PlacedPayload {
  readonly folder: string;
  readonly durable: Promise<void>;
}

/** A small payload whose files are being written. */
export interface Arriving {
  readonly content: FileTexts;
  /** Resolves once its folder is in place, whole. */
  readonly there: Promise<void>;
}

/** A payload that is being put into its place. */
interface Putting {
  readonly there: Promise<void>;
  readonly sealed: Promise<void>;
}

export interface StoredPayload {
  readonly digest: string;
  readonly folder: string;
  readonly bytes: number;
}

const OWNER_FILE = "owner.json";
/** A payload is placed before the transaction that refers to it: a young one may be waited for. */
const YOUNG_MS = 3_600_000;
/** Of what is not needed: a run that goes on needs the processor and the disk more. */
const DISCARD_AFTER_MS = 500;
/** Below this, checking content again costs less than another wait for the disk. */
const SMALL_BYTES = 1 << 20;

export class Payloads {
  private ownTmp: string | null = null;
  /** Folders between `artifacts` and payloads whose own names this process knows to be durable. */
  private readonly durableParents = new Set<string>();
  private readonly onTheWay = new Map<string, Arriving & PlacedPayload>();
  /** Payloads that are being made durable, by folder. */
  private readonly sealing = new Map<string, Promise<void>>();
  /** Prepared folders that are not needed. */
  private discarded: string[] = [];
  private discarding: Promise<void> = Promise.resolve();

  /** `owner` tells this process from others: it is handed to the judge of {@link sweep} later. */
  constructor(
    private readonly folders: PayloadFolders,
    private readonly owner: JsonObject & { readonly pid: number },
    /** Keeps small ones beside what else goes on here; without it, this process does. */
    private readonly thread: TextThread | null = null,
  ) {}

  /** The folder that all of them are in. */
  get root(): string {
    return this.folders.artifacts;
  }

  /** A folder to write a payload into, which is there once it is written to. */
  prepare(): string {
    try {
      return path.join(this.tmpOfProcess(), randomUUID());
    } catch (error) {
      throw fileError(error, `make a temporary folder in ${this.folders.tmp}`);
    }
  }

  private tmpOfProcess(): string {
    if (this.ownTmp !== null && existsSync(this.ownTmp)) return this.ownTmp;
    const folder = path.join(this.folders.tmp, `${this.owner.pid}-${randomUUID().slice(0, 8)}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, OWNER_FILE), JSON.stringify(this.owner));
    this.ownTmp = folder;
    return folder;
  }

  /**
   * Makes a prepared folder the payload of its digest: in place, its content read-only. Of a large one, the bytes are on disk by then.
   * When an equal payload is there already, that one stays and the prepared folder goes. With `content`, there is no prepared
   * folder: the files are written while the caller goes on, see {@link arriving}.
   *
   * Throws `invalid` when the folder is not under `tmp`, or is not what its manifest says (names and sizes; the content's
   * digests are taken as reported, {@link verify} computes them again).
   */
  async place(folder: string, digest: string, content?: FileTexts): Promise<PlacedPayload> {
    const source = this.insideTmp(folder);
    if (content !== undefined) return this.placeTexts(digest, content);
    const target = this.folderOf(digest);
    try {
      const manifest = checkListing(source, digest);
      const isLarge = bytesOf(manifest) > SMALL_BYTES;
      if (await this.isKept(target, digest)) {
        this.discard(source);
      } else {
        const { files, folders } = filesOf(source);
        // Bytes first: a large payload must never be found in place without them.
        if (isLarge) await syncAll(files, folders);
        await this.moveIn(source, target, digest);
      }
      const durable = this.sealed(target);
      if (isLarge) await durable;
      return { folder: target, durable };
    } catch (error) {
      throw this.unplaced(error);
    }
  }

  private async placeTexts(digest: string, content: FileTexts): Promise<PlacedPayload> {
    const target = this.folderOf(digest);
    try {
      checkTexts(content, digest);
      if (await this.isKept(target, digest)) return { folder: target, durable: this.sealed(target) };
    } catch (error) {
      throw this.unplaced(error);
    }
    return this.onTheWay.get(target) ?? this.arrive(target, digest, content);
  }

  private arrive(target: string, digest: string, content: FileTexts): Arriving & PlacedPayload {
    // Whoever waits for the payload to be placed goes on first.
    const put = setImmediate().then(() => this.put(target, digest, content));
    const there = put
      .then((begun) => begun.there)
      .catch((error: unknown) => {
        throw this.unplaced(error);
      })
      .finally(() => this.onTheWay.delete(target));
    // Whoever needs it is told, also when that is nobody yet.
    there.catch(() => undefined);
    const durable = this.untilSealed(
      target,
      put.then((begun) => begun.sealed),
    );
    const arriving = { content, there, folder: target, durable };
    this.onTheWay.set(target, arriving);
    return arriving;
  }

  /** By the thread when there is one. What keeps it from placing is met once more here, where it can be dealt with. */
  private put(target: string, digest: string, content: FileTexts): Putting {
    const source = this.prepare();
    const above = this.foldersAbove(target);
    const kept = this.thread?.keep({ source, target, content }, above) ?? null;
    if (kept === null) {
      const there = this.write(source, target, digest, content);
      return { there, sealed: there.then(() => seal(target, above)) };
    }
    let sealed: Promise<void> = kept.sealed;
    const there = kept.placed.catch(async () => {
      this.discard(source);
      await this.write(this.prepare(), target, digest, content);
      sealed = seal(target, above);
    });
    return { there, sealed: there.then(() => sealed) };
  }

  private async write(source: string, target: string, digest: string, content: FileTexts): Promise<void> {
    writeTexts({ source, content });
    await this.moveIn(source, target, digest);
  }

  /** The payload whose folder this will be, while it is being written; null when it is there, or unknown. */
  arriving(folder: string): Arriving | null {
    return this.onTheWay.get(folder) ?? null;
  }

  private unplaced(error: unknown): HeadraceError {
    return fileError(error, `store a payload in ${this.folders.artifacts}`);
  }

  /** Whether the payload is in place, whole. If what is there is not, it is set aside. */
  private async isKept(target: string, digest: string): Promise<boolean> {
    if (!existsSync(target)) return false;
    if (!this.sealing.has(target) && !(await isWhole(target, digest))) {
      this.setAside(target);
      return false;
    }
    // From now on it counts as young: what refers to it may not be committed yet.
    utimesSync(target, new Date(), new Date());
    return true;
  }

  /** Resolves when what is in place is durable. */
  private sealed(target: string): Promise<void> {
    const begun = this.sealing.get(target);
    if (begun !== undefined) return begun;
    if (isSealed(target)) return Promise.resolve();
    return this.untilSealed(target, seal(target, this.foldersAbove(target)));
  }

  private untilSealed(target: string, sealed: Promise<void>): Promise<void> {
    const sealing = sealed
      .then(() => void this.durableParents.add(path.dirname(target)))
      .catch((error: unknown) => {
        this.giveUp(target);
        throw this.unplaced(error);
      })
      .finally(() => this.sealing.delete(target));
    // Whoever needs it is told, also when that is nobody yet.
    sealing.catch(() => undefined);
    this.sealing.set(target, sealing);
    return sealing;
  }

  /** Those whose entries a new payload may need. */
  private foldersAbove(target: string): readonly string[] {
    const parent = path.dirname(target);
    return this.durableParents.has(parent) ? [parent] : [parent, this.folders.artifacts];
  }

  /** After a failed sync nobody knows what the disk holds, whatever can be read now. */
  private giveUp(target: string): void {
    try {
      this.setAside(target);
    } catch {
      // It stays unsealed: whoever places it again checks its content first.
    }
  }

  /** Removed when there is time for it. What can't be removed is swept when this process is gone. */
  private discard(source: string): void {
    this.discarded.push(source);
    if (this.discarded.length > 1) return;
    setTimeout(() => {
      const folders = this.discarded;
      this.discarded = [];
      this.discarding = this.discarding.then(() => removeAll(folders));
    }, DISCARD_AFTER_MS).unref();
  }

  private async moveIn(source: string, target: string, digest: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        moveIn(source, target);
        return;
      } catch (error) {
        // Another process was first, or (Windows) something still has a file of the folder open.
        const isPassing = ["EEXIST", "ENOTEMPTY", "EPERM", "EACCES", "EBUSY"].includes(systemCode(error));
        if (!isPassing || attempt === 5) throw error;
        if (await this.isKept(target, digest)) {
          this.discard(source);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, attempt * 20));
      }
    }
  }

  /** Its folder; null when it is not there, or the text is no digest. */
  locate(digest: string): string | null {
    const hex = hexOf(digest);
    if (hex === null) return null;
    const folder = path.join(this.folders.artifacts, hex.slice(0, 2), hex.slice(2));
    return existsSync(folder) ? folder : null;
  }

  /** What is wrong with a payload, in words, from reading all of it; empty when nothing is. */
  async verify(digest: string): Promise<readonly string[]> {
    const folder = this.locate(digest);
    if (folder === null) return ["its folder is missing"];
    try {
      return await checkContent(folder, checkListing(folder, digest));
    } catch (error) {
      return [messageOf(error)];
    }
  }

  /** Payloads that nothing refers to, and how large they are. Not those of the last hour: their transaction may be on its way. */
  async unreferenced(
    isReferenced: (digest: string) => boolean,
    youngMs: number = YOUNG_MS,
  ): Promise<readonly StoredPayload[]> {
    const found: StoredPayload[] = [];
    for (const digest of await this.digests()) {
      const folder = this.locate(digest);
      if (folder === null || isReferenced(digest)) continue;
      const { mtimeMs, ctimeMs } = await fs.stat(folder);
      if (Date.now() - Math.max(mtimeMs, ctimeMs) < youngMs) continue;
      found.push({ digest, folder, bytes: await sizeOf(folder) });
    }
    return found;
  }

  /** Every payload that is stored. */
  async digests(): Promise<readonly string[]> {
    const digests: string[] = [];
    for (const head of await namesIn(this.folders.artifacts)) {
      if (!/^[0-9a-f]{2}$/.test(head)) continue;
      for (const rest of await namesIn(path.join(this.folders.artifacts, head))) {
        const digest = `sha256:${head}${rest}`;
        if (hexOf(digest) !== null) digests.push(digest);
      }
    }
    return digests;
  }

  /** Removes a payload. It disappears at once, whatever happens on the way. */
  async remove(digest: string): Promise<void> {
    const folder = this.locate(digest);
    if (folder === null) return;
    try {
      await removeTree(this.setAside(folder));
    } catch (error) {
      throw fileError(error, `remove the payload ${folder}`);
    }
  }

  private setAside(folder: string): string {
    const aside = path.join(this.tmpOfProcess(), `removed-${randomUUID()}`);
    renameSync(folder, aside);
    return aside;
  }

  /** Removes what processes that are gone left in `tmp`; what can't be removed now stays for the next time. */
  async sweep(isGone: (owner: unknown) => boolean): Promise<readonly string[]> {
    const swept: string[] = [];
    for (const name of await namesIn(this.folders.tmp)) {
      const folder = path.join(this.folders.tmp, name);
      if (folder === this.ownTmp || !(await isAbandoned(folder, isGone))) continue;
      const done = await removeTree(folder).then(
        () => true,
        () => false,
      );
      if (done) swept.push(name);
    }
    return swept;
  }

  /** Ends this process's use of `tmp`. */
  async dispose(): Promise<void> {
    await Promise.allSettled([...this.sealing.values(), this.discarding]);
    await this.thread?.close();
    if (this.ownTmp !== null) await removeTree(this.ownTmp);
    this.ownTmp = null;
  }

  /** Where a payload is or would be. */
  folderOf(digest: string): string {
    const hex = hexOf(digest);
    if (hex === null)
      throw new HeadraceError("invalid", `${JSON.stringify(digest)} is no digest of a payload.`);
    return path.join(this.folders.artifacts, hex.slice(0, 2), hex.slice(2));
  }

  private insideTmp(folder: string): string {
    const relative = path.relative(this.folders.tmp, path.resolve(folder));
    const isInside = relative !== "" && relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative);
    if (isInside) return path.resolve(folder);
    throw new HeadraceError(
      "invalid",
      `The payload folder ${JSON.stringify(folder)} is not under ${this.folders.tmp}.`,
    );
  }
}

async function removeAll(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await removeTree(folder).catch(() => undefined);
}

const bytesOf = ({ files }: Manifest): number => files.reduce((sum, file) => sum + file.bytes, 0);

const isSealed = (folder: string): boolean => (statSync(path.join(folder, MANIFEST_FILE)).mode & 0o222) === 0;

/** Of one that was never sealed (its writer is at it, or crashed), the content is read too. */
async function isWhole(folder: string, digest: string): Promise<boolean> {
  try {
    const manifest = checkListing(folder, digest);
    return isSealed(folder) || (await checkContent(folder, manifest)).length === 0;
  } catch {
    return false;
  }
}

async function isAbandoned(folder: string, isGone: (owner: unknown) => boolean): Promise<boolean> {
  try {
    return isGone(JSON.parse(await fs.readFile(path.join(folder, OWNER_FILE), "utf8")));
  } catch {
    // No owner was written: a process ended right after making the folder, or it is not ours.
    const { mtimeMs } = await fs.stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    return Date.now() - mtimeMs > YOUNG_MS;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await fs.readdir(folder)).sort();
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return [];
    throw error;
  }
}
