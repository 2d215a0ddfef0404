/** The header of an `.npy` file: a Python dictionary as text, read as data and never evaluated. */
import { type FileBytes, invalid } from "./file";
import { HeadraceError } from "../../core/errors";

export interface NpyHeader {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly offset: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const LONGEST = 1024 * 1024;
/** NumPy itself stops at 64. */
const MOST_DIMENSIONS = 64;

export async function parseHeader(file: FileBytes): Promise<NpyHeader> {
  const start = await file.read(0, 12);
  if (start.length < 10 || MAGIC.some((byte, at) => start[at] !== byte)) {
    throw invalid("The file is no .npy file: it doesn't begin as one.");
  }
  const version = start[6] ?? 0;
  if (version < 1 || version > 3) throw invalid(`The .npy format ${version} is unknown.`);
  const wide = version > 1;
  if (wide && start.length < 12) throw invalid("The file ends inside its header.");
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const from = wide ? 12 : 10;
  if (length > LONGEST) throw invalid(`The header says it is ${length} bytes long.`);
  const bytes = await file.read(from, length);
  if (bytes.length < length) throw invalid("The file ends inside its header.");
  return { ...parseDictionary(new TextDecoder("utf-8").decode(bytes)), offset: from + length };
}

function parseDictionary(text: string): Omit<NpyHeader, "offset"> {
  const shape = /['"]shape['"]\s*:\s*\(([\d\s,]{0,2000})\)/.exec(text)?.[1];
  const order = /['"]fortran_order['"]\s*:\s*(True|False)\b/.exec(text)?.[1];
  const descr = /['"]descr['"]\s*:\s*(?:'([^'\\]{1,40})'|"([^"\\]{1,40})")/.exec(text);
  if (shape === undefined || order === undefined) throw invalid("The header names no shape or no order.");
  const type = descr?.[1] ?? descr?.[2];
  if (type === undefined) {
    if (!/['"]descr['"]\s*:\s*\[/.test(text)) throw invalid("The header names no type.");
    throw new HeadraceError("unsupported", "Arrays of records can't be paged.", {
      advice: "Load the array in Python to see more than its preview.",
    });
  }
  return { descr: type, fortran: order === "True", shape: parseShape(shape) };
}

function parseShape(text: string): number[] {
  const sides = text
    .split(",")
    .map((side) => side.trim())
    .filter((side) => side !== "")
    .map(Number);
  if (sides.length > MOST_DIMENSIONS) throw invalid(`The array says it has ${sides.length} dimensions.`);
  if (sides.some((side) => !Number.isSafeInteger(side)))
    throw invalid(`The shape (${text.trim()}) can't be.`);
  return sides;
}
