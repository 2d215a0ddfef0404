/**
 * A short lock between processes: one file that names its owner. A dead owner's lock is taken over at once, a living one's
 * (also a stopped one's) never.
 *
 * The file that names this process is written once, aside; holding the lock means that it has the lock's name as well.
 *
 * Taking over is free of races because only the holder of a *claim* on a lock may remove it, and claims are made like
 * locks: `lock.claim-<token of the lock>`, with an owner of its own. A dead owner's token is never used again, so that a late
 * claim on a lock that is gone finds another token in the lock file and lets it be. A dead claimant is replaced by a claim on
 * its claim.
 */
import { randomUUID } from "node:crypto";
import path from "node:path";
import * as v from "valibot";
import { HeadraceError } from "../core/errors";
import { fileError, systemCode } from "../core/fileErrors";
import { isMissing, readWhole, removeIfThere, type FileLayer } from "./files";
import { isGone, thisProcess } from "./processes";

const ownerSchema = v.object({
  pid: v.number(),
  started: v.string(),
  host: v.string(),
  token: v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}$/)),
});
type Owner = v.InferOutput<typeof ownerSchema>;

/**
 * A living owner's file has its content from the first moment; only a crash of the machine leaves one without. Its token
 * may repeat, but not among living processes.
 */
const unreadable: Owner = { pid: 0, started: "", host: "", token: "unreadable" };

const LONGEST_PAUSE_MS = 16;

interface Pass {
  readonly token: string;
  readonly file: string;
}

export class StoreLock {
  private readonly file: string;
  private pass: Pass | null = null;

  constructor(
    private readonly files: FileLayer,
    private readonly folder: string,
  ) {
    this.file = path.join(folder, "lock");
  }

  /** Waits until the lock is ours; the answer gives it back. Fails as `busy`, naming the owner, after `timeoutMs`. */
  async acquire(timeoutMs: number): Promise<() => void> {
    const deadline = performance.now() + timeoutMs;
    for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const token = this.take();
      if (token !== null) return () => this.release(token);
      if (performance.now() >= deadline) throw this.busy(timeoutMs);
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
    }
  }

  /** Leaves nothing of this process behind. The lock must not be held. */
  dispose(): void {
    const { pass } = this;
    this.pass = null;
    if (pass !== null) removeIfThere(this.files, pass.file);
  }

  private take(): string | null {
    try {
      const taken = this.enter();
      if (taken !== null) return taken;
      const owner = this.owner(this.file);
      if (owner === null || !isDead(owner)) return null;
      this.evict(owner);
      return this.enter();
    } catch (error) {
      throw fileError(error, `lock the store (${this.file})`);
    }
  }

  /** Null when the lock is someone's. */
  private enter(): string | null {
    if (this.pass === null) {
      this.sweep();
      this.pass = this.write();
    }
    try {
      return this.name(this.pass, this.file) ? this.pass.token : null;
    } catch (error) {
      if (!isMissing(error)) throw error;
      // Someone cleaned up in the store's folder.
      this.pass = this.write();
      return this.name(this.pass, this.file) ? this.pass.token : null;
    }
  }

  /** A file that names this process, whole before it gets the name that counts. */
  private write(): Pass {
    const token = randomUUID();
    const file = `${this.file}.new-${token}`;
    const fd = this.files.open(file, "wx");
    try {
      this.files.write(fd, Buffer.from(JSON.stringify({ ...thisProcess(), token })));
    } finally {
      this.files.close(fd);
    }
    return { token, file };
  }

  /** False when the name is taken. */
  private name(pass: Pass, file: string): boolean {
    try {
      this.files.link(pass.file, file);
      return true;
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    }
  }

  /** Removes what processes that were killed left. What can't be read may be about to be written. */
  private sweep(): void {
    for (const name of this.files.list(this.folder)) {
      if (!name.startsWith("lock.new-")) continue;
      const file = path.join(this.folder, name);
      const owner = this.owner(file);
      if (owner !== null && owner !== unreadable && isGone(owner)) removeIfThere(this.files, file);
    }
  }

  /** Removes a dead owner's lock, if the right to do so can be had now. */
  private evict(dead: Owner): void {
    const claims = this.claim(dead.token);
    if (claims === null) return;
    if (this.owner(this.file)?.token === dead.token) this.files.remove(this.file);
    for (const claim of claims) removeIfThere(this.files, claim);
  }

  /** The claim files that this process answers for, last made first; null while a living process holds the claim. */
  private claim(token: string): readonly string[] | null {
    const file = `${this.file}.claim-${token}`;
    const pass = this.write();
    try {
      if (this.name(pass, file)) return [file];
    } finally {
      removeIfThere(this.files, pass.file);
    }
    const claimant = this.owner(file);
    if (claimant === null || !isDead(claimant)) return null;
    const succeeded = this.claim(claimant.token);
    return succeeded === null ? null : [...succeeded, file];
  }

  /** Null when the file is gone. */
  private owner(file: string): Owner | null {
    let text: string;
    try {
      text = readWhole(this.files, file).toString();
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    try {
      return v.parse(ownerSchema, JSON.parse(text));
    } catch {
      return unreadable;
    }
  }

  private release(token: string): void {
    if (this.owner(this.file)?.token === token) removeIfThere(this.files, this.file);
  }

  private busy(timeoutMs: number): HeadraceError {
    const owner = this.owner(this.file);
    const who = owner === null ? "another process" : `process ${owner.pid} on ${owner.host}`;
    return new HeadraceError(
      "busy",
      `The store is held by ${who}; it was not given back within ${Math.round(timeoutMs / 1000)} s.`,
      { advice: `Let that process go on, or end it. If it surely no longer exists, delete ${this.file}.` },
    );
  }
}

function isDead(owner: Owner): boolean {
  return owner === unreadable || isGone(owner);
}
