/** NumPy's file format, version 1.0: a line of text that says type and shape, then the elements. */
import { halfPrecision } from "../../../../artifacts/halfPrecision";
import { MaterializerError } from "../errors";
import { NdArray, bytesOf, typedArray } from "./dtypes";
import type { DType } from "./dtypes";

const codes: Readonly<Record<DType, string>> = {
  float64: "<f8",
  float32: "<f4",
  int8: "|i1",
  int16: "<i2",
  int32: "<i4",
  int64: "<i8",
  uint8: "|u1",
  uint16: "<u2",
  uint32: "<u4",
  uint64: "<u8",
};

export function writeNpy({ data, shape, dtype }: NdArray): readonly [header: Buffer, body: Buffer] {
  const tuple = shape.length === 1 ? `(${shape.join()},)` : `(${shape.join(", ")})`;
  const words = `{'descr': '${codes[dtype as DType]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + words.length + 1) / 64) * 64 - 10;
  const header = Buffer.alloc(10 + length, " ");
  header.write("\x93NUMPY\x01\x00", 0, "latin1");
  header.writeUInt16LE(length, 8);
  header.write(words, 10, "latin1");
  header.write("\n", 9 + length, "latin1");
  return [header, bytesOf(data)];
}

export function readNpy(bytes: Buffer): NdArray {
  const wide = (bytes[6] ?? 1) > 1;
  const begin = wide ? 12 : 10;
  const end = begin + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString("latin1", begin, end);
  const code = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? "[('name', …)], of records";
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? "").split(",").flatMap((part) => {
    const text = part.trim();
    return text === "" ? [] : [Number(text)];
  });
  const big = code.startsWith(">");
  const dtype = code === "|b1" ? "uint8" : dtypeNamed(code.replace(">", "<"));
  if (dtype === null && !/^[<>]f2$/.test(code)) {
    throw new MaterializerError(
      `An array of NumPy's type ${code} can't be loaded in TypeScript. Return numbers from the Python step, such as \`array.astype("float64")\`.`,
    );
  }
  const body = bytes.subarray(end);
  if (big) swap(body, Number(code.at(-1)));
  const data = dtype === null ? fromHalves(body) : typedArray(dtype, body);
  if (!/'fortran_order':\s*True/.test(header) || shape.length < 2) return new NdArray(data, shape);
  return new NdArray(rowsFirst(data as Float64Array<ArrayBuffer>, shape), shape);
}

function fromHalves(bytes: Buffer): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: bytes.length / 2 }, (_item, at) =>
    halfPrecision(bytes.readUInt16LE(at * 2)),
  );
}

function dtypeNamed(code: string): DType | null {
  const found = Object.entries(codes).find(([, known]) => known === code);
  return found === undefined ? null : (found[0] as DType);
}

function swap(bytes: Buffer, size: number): void {
  if (size === 2) bytes.swap16();
  else if (size === 4) bytes.swap32();
  else if (size === 8) bytes.swap64();
}

/** Columns were first: the elements are put in the order of rows. */
function rowsFirst(data: Float64Array<ArrayBuffer>, shape: readonly number[]): Float64Array<ArrayBuffer> {
  const ordered = data.slice();
  for (let at = 0; at < data.length; at += 1) {
    let rest = at;
    // The index along each axis, the first of which changes fastest in `data`.
    const indices = shape.map((length) => {
      const index = rest % length;
      rest = Math.floor(rest / length);
      return index;
    });
    const offset = indices.reduce((sum, index, axis) => sum * (shape[axis] ?? 1) + index, 0);
    const value = data[at];
    if (value !== undefined) ordered[offset] = value;
  }
  return ordered;
}
