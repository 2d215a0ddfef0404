/** NumPy's `.npy` files, paged without Python. */
import type { Json } from "../../core/json";
import { type FileBytes, invalid, LARGEST_READ } from "./file";
import { parseHeader, type NpyHeader } from "./npyHeader";
import { decoderOf, type ElementDecoder } from "./npyTypes";
import type { ArraySlice, ArraySource } from "./source";
import { NumberStatistics } from "./statistics";

/** A page never holds more values than this. */
const MOST_VALUES = 250_000;
/** A page whose values lie closer together than this is read in one piece. */
const SPAN = 16 * 1024 * 1024;
const CHUNK = 4 * 1024 * 1024;

export async function openNpy(file: FileBytes): Promise<ArraySource> {
  const header = await parseHeader(file);
  const decoder = decoderOf(header.descr);
  const count = header.shape.reduce((product, side) => product * side, 1);
  const bytes = count * decoder.size;
  if (!Number.isSafeInteger(bytes) || header.offset + bytes > file.size) {
    throw invalid(
      `The array says it has ${bytes} bytes, shape (${header.shape.join(", ")}), but the file holds ${file.size - header.offset}.`,
    );
  }
  return new NpySource(file, header, decoder, count);
}

class NpySource implements ArraySource {
  readonly shape: readonly number[];
  readonly dtype: string;
  private readonly strides: readonly number[];

  constructor(
    private readonly file: FileBytes,
    private readonly header: NpyHeader,
    private readonly decoder: ElementDecoder,
    private readonly count: number,
  ) {
    this.shape = header.shape;
    this.dtype = header.descr;
    this.strides = stridesOf(header.shape, header.fortran);
  }

  async page(slice: ArraySlice): Promise<readonly (readonly Json[])[]> {
    const plane = this.plane(slice);
    if (
      plane.rows * plane.columns > MOST_VALUES ||
      plane.rows * plane.columns * this.decoder.size > LARGEST_READ
    ) {
      throw invalid(
        `A page of ${plane.rows} × ${plane.columns} values is too large; ask for at most ${MOST_VALUES}.`,
      );
    }
    if (plane.rows === 0 || plane.columns === 0) return Array.from({ length: plane.rows }, () => []);
    const { size } = this.decoder;
    const last = plane.start + (plane.rows - 1) * plane.rowStride + (plane.columns - 1) * plane.columnStride;
    const all = (last - plane.start + 1) * size;
    if (all <= SPAN) {
      const data = await this.read(plane.start, last);
      return grid(plane, (row, column) =>
        this.decode(data, row * plane.rowStride + column * plane.columnStride),
      );
    }
    return this.scattered(plane);
  }

  async *statistics(): AsyncGenerator<{
    summary: ReturnType<NumberStatistics["summary"]>;
    fraction: number;
  }> {
    const { numberAt } = this.decoder;
    if (numberAt === null) return;
    const { size } = this.decoder;
    const statistics = new NumberStatistics();
    const perChunk = Math.max(1, Math.floor(CHUNK / size));
    for (let start = 0; start < this.count; start += perChunk) {
      const end = Math.min(this.count, start + perChunk);
      const data = viewOf(await this.read(start, end - 1));
      for (let at = 0; at < end - start; at += 1) statistics.add(numberAt(data, at * size));
      yield { summary: statistics.summary(), fraction: end / this.count };
    }
    if (this.count === 0) yield { summary: statistics.summary(), fraction: 1 };
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** The rectangle in positions of elements, cut to what the array has. */
  private plane(slice: ArraySlice): Plane {
    const leading = Math.max(0, this.shape.length - 2);
    if (slice.at.length !== leading) {
      throw invalid(
        `A slice of ${this.shape.length} dimensions needs ${leading} positions, not ${slice.at.length}.`,
      );
    }
    let start = 0;
    for (const [axis, position] of slice.at.entries()) {
      if (!Number.isInteger(position) || position < 0 || position >= (this.shape[axis] ?? 0)) {
        throw invalid(
          `Position ${position} is outside dimension ${axis}, which has ${this.shape[axis] ?? 0}.`,
        );
      }
      start += position * (this.strides[axis] ?? 0);
    }
    const flat = this.shape.length < 2;
    const height = flat ? (this.shape[0] ?? 1) : (this.shape[leading] ?? 0);
    const width = flat ? 1 : (this.shape[leading + 1] ?? 0);
    const [row, rows] = clamp(slice.row, slice.rows, height);
    const [column, columns] = clamp(slice.column, slice.columns, width);
    const rowStride = this.strides[leading] ?? 1;
    const columnStride = flat ? 1 : (this.strides[leading + 1] ?? 1);
    return { start: start + row * rowStride + column * columnStride, rows, columns, rowStride, columnStride };
  }

  /** Values that lie far apart: line by line along whichever direction is denser. */
  private async scattered(plane: Plane): Promise<Json[][]> {
    const byRow = plane.columnStride <= plane.rowStride;
    const lines = byRow ? plane.rows : plane.columns;
    const length = byRow ? plane.columns : plane.rows;
    const lineStride = byRow ? plane.rowStride : plane.columnStride;
    const stride = byRow ? plane.columnStride : plane.rowStride;
    const answer: Json[][] = Array.from({ length: plane.rows }, () =>
      new Array<Json>(plane.columns).fill(null),
    );
    for (let line = 0; line < lines; line += 1) {
      const values = await this.line(plane.start + line * lineStride, length, stride);
      for (const [at, value] of values.entries()) {
        const row = answer[byRow ? line : at];
        if (row !== undefined) row[byRow ? at : line] = value;
      }
    }
    return answer;
  }

  private async line(start: number, length: number, stride: number): Promise<Json[]> {
    if (length * stride * this.decoder.size <= SPAN) {
      const data = await this.read(start, start + (length - 1) * stride);
      return Array.from({ length }, (_, at) => this.decode(data, at * stride));
    }
    const values: Json[] = [];
    for (let at = 0; at < length; at += 1) {
      const position = start + at * stride;
      values.push(this.decode(await this.read(position, position), 0));
    }
    return values;
  }

  private decode(data: Uint8Array, element: number): Json {
    return this.decoder.at(viewOf(data), element * this.decoder.size);
  }

  private async read(first: number, last: number): Promise<Uint8Array> {
    const { size } = this.decoder;
    const length = (last - first + 1) * size;
    if (length > LARGEST_READ)
      throw invalid(`One value of this array has ${size} bytes, which is too many to show.`);
    const data = await this.file.read(this.header.offset + first * size, length);
    if (data.length < length) throw invalid("The file ends before the array does.");
    return data;
  }
}

interface Plane {
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

function grid(plane: Plane, value: (row: number, column: number) => Json): Json[][] {
  return Array.from({ length: plane.rows }, (_, row) =>
    Array.from({ length: plane.columns }, (__, column) => value(row, column)),
  );
}

function clamp(start: number, count: number, most: number): [number, number] {
  const from = Math.min(Math.max(0, Math.trunc(start)), most);
  return [from, Math.max(0, Math.min(Math.trunc(count), most - from))];
}

function stridesOf(shape: readonly number[], fortran: boolean): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  const order = shape.map((_, axis) => (fortran ? axis : shape.length - 1 - axis));
  let stride = 1;
  for (const axis of order) {
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
