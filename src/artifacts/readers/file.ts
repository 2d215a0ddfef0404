/** Random access to a payload file: what every reader of this folder stands on. */
import { open } from "node:fs/promises";
import { HeadraceError, messageOf } from "../../core/errors";

export interface FileBytes {
  readonly size: number;
  /** As many of the bytes as the file has there; never more than `length`. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** No reader asks for more at once: a hostile header can't make it allocate. */
export const LARGEST_READ = 64 * 1024 * 1024;

export async function openFile(path: string): Promise<FileBytes> {
  const handle = await open(path, "r").catch((error: unknown) => {
    throw new HeadraceError("not-found", `The file can't be opened: ${messageOf(error)}`, {
      advice: "Run the step that makes this artifact again.",
      cause: error,
    });
  });
  const { size } = await handle.stat();
  return {
    size,
    async read(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      if (wanted > LARGEST_READ) throw tooLarge(wanted);
      const buffer = new Uint8Array(wanted);
      let done = 0;
      while (done < wanted) {
        const { bytesRead } = await handle.read(buffer, done, wanted - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done === wanted ? buffer : buffer.subarray(0, done);
    },
    close: () => handle.close(),
  };
}

/** Bytes that are in memory already. */
export function bytesOf(data: Uint8Array): FileBytes {
  return {
    size: data.length,
    read: (offset, length) => Promise.resolve(data.subarray(offset, offset + length)),
    close: () => Promise.resolve(),
  };
}

export function invalid(what: string): HeadraceError {
  return new HeadraceError("invalid", what, {
    advice: "The file is damaged or was not written by a materializer. Run the step that makes it again.",
  });
}

function tooLarge(bytes: number): HeadraceError {
  return invalid(`The file asks for ${bytes} bytes at once, which is more than any page needs.`);
}
