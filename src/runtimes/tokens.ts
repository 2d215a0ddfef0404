/** The tokens that open a connection: the engine's own, good any number of times, and workers', good once. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { ConnectionPeer } from "./peer";

export interface TokenHolder {
  welcome(peer: ConnectionPeer): void;
}

interface Entry {
  readonly digest: Buffer;
  /** Null for the engine's own token. */
  readonly once: ((peer: ConnectionPeer) => void) | null;
}

export class TokenRing {
  readonly #entries = new Map<string, Entry>();

  /** With `once`, the token is used up by the first who shows it, and `once` is told who that was. */
  add(token: string, once?: (peer: ConnectionPeer) => void): void {
    this.#entries.set(token, { digest: digest(token), once: once ?? null });
  }

  remove(token: string): void {
    this.#entries.delete(token);
  }

  /** Compares with every token in constant time, so that time says nothing about how near a guess was. */
  redeem(shown: string): TokenHolder | null {
    const shownDigest = digest(shown);
    let found: [string, Entry] | null = null;
    for (const candidate of this.#entries) {
      if (timingSafeEqual(candidate[1].digest, shownDigest)) found = candidate;
    }
    if (found === null) return null;
    const [token, { once }] = found;
    if (once !== null) this.#entries.delete(token);
    return { welcome: (peer) => once?.(peer) };
  }
}

/** Equal lengths for the comparison. */
function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
