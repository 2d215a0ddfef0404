/** Arrays of several dimensions, and how values of your own classes become artifacts. */
import type { ArtifactType, JsonObject } from "./index.js";

export type TypedArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** An array of several dimensions, row by row; NumPy's `ndarray` in Python. */
export class NdArray {
  constructor(data: TypedArray, shape?: readonly number[]);
  readonly data: TypedArray;
  readonly shape: readonly number[];
  /** NumPy's name of its elements: `float64`. */
  readonly dtype: string;
  at(...indices: readonly number[]): number | bigint;
}

/** Writes values of a class into files of a folder, and reads them again. */
export interface Materializer<T> {
  /** Unique, and the same for ever: `my-project/forest`. */
  readonly name: string;
  readonly type?: ArtifactType;
  save(value: T, folder: string): Promise<void> | void;
  load(folder: string): Promise<T> | T;
  metadata?(value: T): JsonObject;
}

/** Values of this class are written and read by this materializer from now on. */
export function registerMaterializer<T>(
  type: abstract new (...args: never[]) => T,
  materializer: Materializer<T>,
): void;
