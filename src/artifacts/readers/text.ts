/** Text files, a piece at a time, cut where a character ends. */
import type { FileBytes } from "./file";

export interface TextPage {
  readonly text: string;
  /** Where the next piece begins; null at the end. */
  readonly next: number | null;
}

const LONGEST = 1024 * 1024;
/** A character of UTF-8 has at most four bytes. */
const LONGEST_CHARACTER = 4;

export async function readText(file: FileBytes, offset = 0, length = LONGEST): Promise<TextPage> {
  const data = await file.read(offset, Math.max(LONGEST_CHARACTER, Math.min(length, LONGEST)));
  const atEnd = offset + data.length >= file.size;
  const whole = atEnd ? data : data.subarray(0, endOfCharacters(data));
  return { text: new TextDecoder().decode(whole), next: atEnd ? null : offset + whole.length };
}

/** Whether the beginning of a file holds what no text does. */
export async function looksBinary(file: FileBytes): Promise<boolean> {
  return (await file.read(0, 8192)).includes(0);
}

function endOfCharacters(data: Uint8Array): number {
  for (let back = 1; back <= LONGEST_CHARACTER && back <= data.length; back += 1) {
    const byte = data[data.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return wanted > back ? data.length - back : data.length;
  }
  return data.length;
}
