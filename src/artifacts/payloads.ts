/**
 * Payload folders: `artifacts/ab/cdef…/`, named by the digest of their content, immutable, shared by equal payloads. They are written
 * under `tmp/<process>/` and appear in one rename, whole.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import { existsSync, mkdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { HeadraceError, messageOf } from "../core/errors";
import { fileError, systemCode } from "../core/fileErrors";
import type { JsonObject } from "../core/json";
import type { FileTexts, Manifest } from "../core/manifest";
import { hexOf } from "./digest";
import { filesOf, removeTree, sizeOf, syncAll } from "./folders";
import { HeldPayloads, type Recorded } from "./held";
import { holdsTexts, isSealed, isWhole, moveIn, seal, writeTexts } from "./placing";
import { checkContent, checkListing, checkTexts } from "./verification";

export interface PayloadFolders {
  readonly artifacts: string;
  readonly tmp: string;
}

export interface PlacedPayload {
  readonly digest: string;
  /** Where its files are, or will be. */
  readonly folder: string;
  /** Resolves once a crash can't take the files any more. */
  readonly durable: Promise<void>;
  /** Set while there are no such files: the transaction that speaks of the payload must record these (`payload.held`). */
  readonly held: FileTexts | null;
}

export interface StoredPayload {
  readonly digest: string;
  readonly folder: string;
  readonly bytes: number;
}

export interface PayloadOptions {
  /** Tells this process from others: it is handed to the judge of {@link Payloads.sweep} later. */
  readonly owner: JsonObject & { readonly pid: number };
  /** Payloads that the journal holds; none when it isn't given. */
  readonly recorded?: Recorded;
  /** Nothing may be written: payloads that only the journal holds have no folder here. */
  readonly isReadOnly?: boolean;
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
  /** Payloads that are being made durable, by folder. */
  private readonly sealing = new Map<string, Promise<void>>();
  /** Small ones that have no folder yet. */
  readonly held: HeldPayloads;
  /** Prepared folders that are not needed. */
  private discarded: string[] = [];
  private discarding: Promise<void> = Promise.resolve();

  constructor(
    private readonly folders: PayloadFolders,
    private readonly options: PayloadOptions,
  ) {
    const shelves = {
      has: (digest: string) => existsSync(this.folderOf(digest)),
      write: (digest: string, texts: FileTexts) => this.write(digest, texts),
      seal: (digests: readonly string[]) => this.sealAll(digests),
    };
    this.held = new HeldPayloads(shelves, options.recorded ?? (() => null));
  }

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
    const folder = path.join(this.folders.tmp, `${this.options.owner.pid}-${randomUUID().slice(0, 8)}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, OWNER_FILE), JSON.stringify(this.options.owner));
    this.ownTmp = folder;
    return folder;
  }

  /**
   * Makes a prepared folder the payload of its digest: in place, its content read-only. Of a large one, the bytes are on disk by then.
   * When an equal payload is there already, that one stays and the prepared folder goes. With `content`, there is no prepared
   * folder, and none is made now: see {@link PlacedPayload.held}.
   *
   * Throws `invalid` when the folder is not under `tmp`, or is not what its manifest says (names and sizes; the content's
   * digests are taken as reported, {@link verify} computes them again).
   */
  async place(folder: string, digest: string, content?: FileTexts): Promise<PlacedPayload> {
    if (content !== undefined) return this.hold(digest, content);
    const source = this.insideTmp(folder);
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
      return { digest, folder: target, durable, held: null };
    } catch (error) {
      throw this.unplaced(error);
    }
  }

  private async hold(digest: string, content: FileTexts): Promise<PlacedPayload> {
    const folder = this.folderOf(digest);
    const durable = Promise.resolve();
    try {
      checkTexts(content, digest);
      if (isSealed(folder) && (await this.isKept(folder, digest))) {
        return { digest, folder, durable, held: null };
      }
      this.held.add(digest, content);
      return { digest, folder, durable, held: content };
    } catch (error) {
      throw this.unplaced(error);
    }
  }

  /** The files of the payload whose folder this is or will be, while it is held; null for any other. */
  textsOf(folder: string): FileTexts | null {
    const digest = this.digestOf(folder);
    return digest === null ? null : this.held.get(digest);
  }

  /** Makes the folder of a held payload, for whoever reads files. Does nothing for any other. */
  appear(folder: string): void {
    const digest = this.options.isReadOnly === true ? null : this.digestOf(folder);
    if (digest !== null) this.held.appear(digest);
  }

  private write(digest: string, texts: FileTexts): void {
    const target = this.folderOf(digest);
    try {
      // Asked once: what another process puts there in between is whole.
      if (existsSync(target)) {
        if (holdsTexts(target, digest, texts)) return;
        this.setAside(target);
      }
      const source = this.prepare();
      writeTexts(source, texts);
      this.moveTexts(source, digest, texts);
    } catch (error) {
      throw this.unplaced(error);
    }
  }

  private moveTexts(source: string, digest: string, texts: FileTexts): void {
    const target = this.folderOf(digest);
    try {
      moveIn(source, target);
    } catch (error) {
      this.discard(source);
      // Another process was first.
      if (!holdsTexts(target, digest, texts)) throw error;
    }
  }

  private async sealAll(digests: readonly string[]): Promise<void> {
    const targets = digests.map((digest) => this.folderOf(digest));
    const above = new Set(targets.flatMap((target) => this.foldersAbove(target)));
    try {
      await seal(targets, above);
    } catch (error) {
      // A folder that somebody removed says nothing of the disk, nor of the others.
      if (systemCode(error) !== "ENOENT") for (const target of targets) this.giveUp(target);
      throw this.unplaced(error);
    }
    for (const target of targets) this.durableParents.add(path.dirname(target));
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
    return this.untilSealed(target, seal([target], this.foldersAbove(target)));
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
    if (this.held.has(digest)) return [];
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

  /** Whose folder this is or would be; null for one that is no payload's. */
  private digestOf(folder: string): string | null {
    const parts = path.relative(this.folders.artifacts, folder).split(path.sep);
    const digest = `sha256:${parts.join("")}`;
    return parts.length === 2 && parts[0]?.length === 2 && hexOf(digest) !== null ? digest : null;
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
