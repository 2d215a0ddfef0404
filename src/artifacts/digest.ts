/** The one definition of what makes two payloads equal. SDKs compute the same (Python: `headrace/materializers/hashing.py`). */
import { createHash } from "node:crypto";
import { canonicalJson } from "../core/json";

export interface PayloadContent {
  /** Import path of the value's type. */
  readonly dataType: string;
  /** Import path of the materializer. */
  readonly materializer: string;
  readonly language: string;
  /** Path relative to the payload folder, with `/`; SHA-256 of the file's bytes as 64 lower-case hexadecimal digits. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/**
 * The digest of a payload: `sha256:` and the SHA-256, as 64 lower-case hexadecimal digits, of the UTF-8 bytes of this JSON text,
 * here with spaces and line breaks that the text does not have:
 *
 *     {"dataType": …, "files": [{"path": …, "sha256": …}, …], "language": …, "materializer": …}
 *
 * - Members are in this order (sorted by key), without white space anywhere; strings are written as `JSON.stringify` does (only `"`,
 *   `\` and control characters below U+0020 are escaped, `\b \f \n \r \t` by letter, others as `\u00xx`; all else is literal).
 * - `files` are sorted by path, compared by UTF-16 code units, and hold exactly these two members: neither size nor time.
 * - `manifest.json`, `preview.json` and everything in the folder `visualizations` are no content and not in `files`.
 * - A payload without files has `"files":[]`.
 */
export function payloadDigest(content: PayloadContent): string {
  const files = content.files
    .map(({ path, sha256 }) => ({ path, sha256 }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const { dataType, materializer, language } = content;
  const text = canonicalJson({ dataType, files, language, materializer });
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** The 64 hexadecimal digits of a digest; null for anything else, whatever it was meant to be. */
export function hexOf(digest: string): string | null {
  return /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1] ?? null;
}
