/** Pictures of arrays: pixels of images, and long rows of numbers as the range of each stretch. */
import { type Asking, goOn, unattended } from "../../core/asking";
import type { Json } from "../../core/json";
import { imageShape } from "../../core/imageArray";
import type { ArraySource, Picture, Stretches } from "./source";

const MOST_PIXELS = 1024;
const STRETCHES = 400;
/** So many values of a stretch are looked at. */
const LOOKED_AT = 500;

/** The image at a place in the dimensions before it, larger ones with every n-th pixel. */
export async function arrayPicture(
  source: ArraySource,
  at: readonly number[],
  asking: Asking = unattended,
): Promise<Picture> {
  const { height, width, channels } = imageShape(source.shape, source.dtype) ?? {
    height: 0,
    width: 0,
    channels: 1,
  };
  const step = Math.max(1, Math.ceil(Math.max(height, width) / MOST_PIXELS));
  const rows = Math.ceil(height / step);
  const columns = Math.ceil(width / step);
  const pixels = new Uint8ClampedArray(rows * columns * 4);
  for (let row = 0; row < rows; row++) {
    goOn(asking, row / rows);
    const line = await pixelsOf(source, at, row * step, width, channels);
    for (let column = 0; column < columns; column++) {
      const pixel = line[column * step] ?? [];
      const grey = Number(pixel[0] ?? 0);
      const [red, green, blue, alpha] =
        channels === 1 ? [grey, grey, grey, 255] : [0, 1, 2, 3].map((i) => Number(pixel[i] ?? 255));
      pixels.set([red ?? 0, green ?? 0, blue ?? 0, alpha ?? 255], (row * columns + column) * 4);
    }
  }
  return { width: columns, height: rows, pixels: Buffer.from(pixels).toString("base64"), step };
}

type Line = readonly (readonly Json[])[];

async function pixelsOf(
  source: ArraySource,
  at: readonly number[],
  row: number,
  width: number,
  channels: number,
): Promise<Line> {
  if (channels > 1)
    return source.page({ at: [...at, row], row: 0, rows: width, column: 0, columns: channels });
  const [line = []] = await source.page({ at, row, rows: 1, column: 0, columns: width });
  return line.map((value) => [value]);
}

/** A one-dimensional array in stretches: the lowest and highest value of each. */
export async function arraySeries(source: ArraySource, asking: Asking = unattended): Promise<Stretches> {
  const length = source.shape[0] ?? 0;
  const stretch = Math.max(1, Math.ceil(length / STRETCHES));
  const looked = Math.min(stretch, LOOKED_AT);
  const points: Stretches["points"][number][] = [];
  const batch = looked === stretch ? Math.max(1, Math.floor(LOOKED_AT / stretch)) : 1;
  for (let from = 0; from < length; from += stretch * batch) {
    goOn(asking, from / length);
    const rows = await source.page({ at: [], row: from, rows: looked * batch, column: 0, columns: 1 });
    for (let at = 0; at < rows.length; at += looked) {
      const values = rows
        .slice(at, at + looked)
        .flatMap(([value]) => (typeof value === "number" ? [value] : []));
      if (values.length > 0)
        points.push({ index: from + at, low: Math.min(...values), high: Math.max(...values) });
    }
  }
  return { points, isSampled: looked < stretch };
}
