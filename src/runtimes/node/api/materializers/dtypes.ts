/** JavaScript's typed arrays and NumPy's names for their elements. */
import { MaterializerError } from "../errors";

const constructors = {
  float64: Float64Array,
  float32: Float32Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
} as const;

export type DType = keyof typeof constructors;
export type TypedArray = InstanceType<(typeof constructors)[DType]> | Uint8ClampedArray;

/** Null for what is no typed array that NumPy knows. */
export function dtypeOf(value: unknown): DType | null {
  // NumPy has one type for both: what is clamped is how it is written to.
  if (value instanceof Uint8ClampedArray) return "uint8";
  const found = Object.entries(constructors).find(([, type]) => value instanceof type);
  return found === undefined ? null : (found[0] as DType);
}

/** The same memory. */
export function bytesOf(value: ArrayBufferView | ArrayBuffer): Buffer {
  return ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : Buffer.from(value);
}

/** What {@link bytesOf} was given, by the name of its class; bytes as they are for any other. */
export function bytesAs(name: string, bytes: Buffer): Buffer | Uint8Array | ArrayBuffer {
  if (name === "ArrayBuffer") return new Uint8Array(bytes).buffer;
  return name === "Uint8Array" ? new Uint8Array(bytes) : bytes;
}

export function typedArray(dtype: string, bytes: Buffer): InstanceType<(typeof constructors)[DType]> {
  const type = Object.hasOwn(constructors, dtype) ? constructors[dtype as DType] : undefined;
  if (type === undefined) throw new MaterializerError(`Arrays of ${dtype} can't be loaded in TypeScript.`);
  // A view must begin at a multiple of its element's size, and its memory be its own: the copy's is.
  return new type(new Uint8Array(bytes).buffer);
}

/** An array of several dimensions, row by row: what NumPy calls `ndarray`. */
export class NdArray {
  readonly shape: readonly number[];
  readonly data: TypedArray;

  constructor(data: TypedArray, shape: readonly number[] = [data.length]) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (size !== data.length) {
      throw new RangeError(
        `An array of shape (${shape.join(", ")}) has ${size} elements, not ${data.length}.`,
      );
    }
    this.data = data;
    this.shape = shape;
  }

  get dtype(): string {
    return dtypeOf(this.data) ?? "unknown";
  }

  /** The element at these indices. */
  at(...indices: readonly number[]): number | bigint {
    const offset = indices.reduce((sum, index, axis) => sum * (this.shape[axis] ?? 1) + index, 0);
    const value = this.data[offset];
    if (indices.length !== this.shape.length || value === undefined) {
      throw new RangeError(
        `(${indices.join(", ")}) is no element of an array of shape (${this.shape.join(", ")}).`,
      );
    }
    return value;
  }
}
