/** The element types of `.npy` files. */
import { halfPrecision } from "../halfPrecision";
import type { Json } from "../../core/json";
import { HeadraceError } from "../../core/errors";
import { invalid } from "./file";

export interface ElementDecoder {
  readonly size: number;
  at(view: DataView, offset: number): Json;
  /** For statistics; null for types that are no numbers. */
  readonly numberAt: ((view: DataView, offset: number) => number | null) | null;
}

const LONGEST_TEXT = 1024 * 1024;
const NOT_A_TIME = -(2n ** 63n);

export function decoderOf(descr: string): ElementDecoder {
  const found = /^([<>=|]?)([a-zA-Z?])(\d*)(?:\[(\d*)([a-zA-Zμ]+)\])?$/.exec(descr);
  if (found === null) throw invalid(`The array's type ${JSON.stringify(descr)} can't be read.`);
  const little = found[1] !== ">";
  const kind = found[2] ?? "";
  const size = found[3] === "" ? (kind === "?" ? 1 : 0) : Number(found[3]);
  if (kind === "b" || kind === "?") return logical();
  if (kind === "i" || kind === "u" || kind === "f") return numeric(kind, size, little, descr);
  if (kind === "c") return complex(size, little, descr);
  if (kind === "U") return unicode(size, little);
  if (kind === "S" || kind === "a") return bytes(size);
  if (kind === "M" || kind === "m")
    return time(kind, Number(found[4] === "" ? 1 : (found[4] ?? 1)), found[5], little);
  throw unsupported(descr);
}

function unsupported(descr: string): HeadraceError {
  return new HeadraceError("unsupported", `Values of type ${JSON.stringify(descr)} can't be paged.`, {
    advice: "Load the array in Python to see more than its preview.",
  });
}

/** A number as JSON can hold it. */
export function numberJson(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

export function bigintJson(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function logical(): ElementDecoder {
  return {
    size: 1,
    at: (view, offset) => view.getUint8(offset) !== 0,
    numberAt: (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1),
  };
}

type Getter = (view: DataView, offset: number) => number;

function getterOf(kind: string, size: number, little: boolean): Getter | null {
  switch (`${kind}${size}`) {
    case "i1":
      return (view, offset) => view.getInt8(offset);
    case "i2":
      return (view, offset) => view.getInt16(offset, little);
    case "i4":
      return (view, offset) => view.getInt32(offset, little);
    case "i8":
      return (view, offset) => Number(view.getBigInt64(offset, little));
    case "u1":
      return (view, offset) => view.getUint8(offset);
    case "u2":
      return (view, offset) => view.getUint16(offset, little);
    case "u4":
      return (view, offset) => view.getUint32(offset, little);
    case "u8":
      return (view, offset) => Number(view.getBigUint64(offset, little));
    case "f2":
      return (view, offset) => halfPrecision(view.getUint16(offset, little));
    case "f4":
      return (view, offset) => view.getFloat32(offset, little);
    case "f8":
      return (view, offset) => view.getFloat64(offset, little);
    default:
      return null;
  }
}

function numeric(kind: string, size: number, little: boolean, descr: string): ElementDecoder {
  const get = getterOf(kind, size, little);
  if (get === null) throw unsupported(descr);
  if (size === 8 && kind !== "f") {
    const exact = (view: DataView, offset: number): bigint =>
      kind === "i" ? view.getBigInt64(offset, little) : view.getBigUint64(offset, little);
    return { size, at: (view, offset) => bigintJson(exact(view, offset)), numberAt: get };
  }
  return { size, at: (view, offset) => numberJson(get(view, offset)), numberAt: get };
}

function complex(size: number, little: boolean, descr: string): ElementDecoder {
  const get = getterOf("f", size / 2, little);
  if (get === null || size < 8) throw unsupported(descr);
  const text = (value: number): string => String(numberJson(value));
  return {
    size,
    at(view, offset) {
      const imaginary = get(view, offset + size / 2);
      const sign = imaginary < 0 || Object.is(imaginary, -0) ? "-" : "+";
      return `${text(get(view, offset))}${sign}${text(Math.abs(imaginary))}j`;
    },
    numberAt: null,
  };
}

function unicode(characters: number, little: boolean): ElementDecoder {
  if (characters > LONGEST_TEXT) throw invalid(`The array says its texts have ${characters} characters.`);
  return {
    size: characters * 4,
    at(view, offset) {
      const points: number[] = [];
      for (let at = 0; at < characters; at += 1) points.push(view.getUint32(offset + at * 4, little));
      while (points.length > 0 && points.at(-1) === 0) points.pop();
      // A number that is no code point is shown as what stands for a character that can't be shown.
      return points.map((point) => (point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point))).join("");
    },
    numberAt: null,
  };
}

function bytes(length: number): ElementDecoder {
  if (length > LONGEST_TEXT * 4) throw invalid(`The array says its texts have ${length} bytes.`);
  return {
    size: length,
    at(view, offset) {
      const data = Buffer.from(view.buffer, view.byteOffset + offset, length);
      let end = length;
      while (end > 0 && data[end - 1] === 0) end -= 1;
      return data.subarray(0, end).toString("latin1");
    },
    numberAt: null,
  };
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  W: 604_800_000,
  D: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
const PER_SECOND: Readonly<Record<string, bigint>> = {
  us: 1_000_000n,
  μs: 1_000_000n,
  ns: 1_000_000_000n,
  ps: 1_000_000_000_000n,
  fs: 1_000_000_000_000_000n,
  as: 1_000_000_000_000_000_000n,
};

function time(kind: string, step: number, unit: string | undefined, little: boolean): ElementDecoder {
  return {
    size: 8,
    at(view, offset) {
      const ticks = view.getBigInt64(offset, little);
      if (ticks === NOT_A_TIME) return null;
      const value = ticks * BigInt(step);
      if (kind === "m" || unit === undefined)
        return unit === undefined ? bigintJson(value) : `${value} ${unit}`;
      return moment(value, unit);
    },
    numberAt: null,
  };
}

/** A point in time as ISO 8601; what JavaScript's calendar can't reach, as the number that it is. */
export function moment(value: bigint, unit: string): Json {
  if (unit === "Y") return String(1970n + value);
  if (unit === "M") {
    const year = 1970n + floorDivide(value, 12n);
    return `${year}-${String(modulo(value, 12n) + 1n).padStart(2, "0")}`;
  }
  const perSecond = PER_SECOND[unit];
  if (perSecond !== undefined) {
    const seconds = iso(Number(floorDivide(value, perSecond)) * 1000);
    const digits = perSecond.toString().length - 1;
    const rest = modulo(value, perSecond).toString().padStart(digits, "0").replace(/0+$/, "");
    return seconds === null
      ? `${value} ${unit}`
      : rest === ""
        ? seconds.slice(0, 19)
        : `${seconds.slice(0, 19)}.${rest}`;
  }
  const milliseconds = MILLISECONDS[unit];
  const text = milliseconds === undefined ? null : iso(Number(value) * milliseconds);
  if (text === null) return `${value} ${unit}`;
  if (unit === "D" || unit === "W") return text.slice(0, 10);
  return unit === "ms" ? text.slice(0, 23) : text.slice(0, 19);
}

function iso(milliseconds: number): string | null {
  if (!(Math.abs(milliseconds) <= 8.64e15)) return null;
  const text = new Date(milliseconds).toISOString();
  // Years of more than four digits would shift what the callers cut.
  return /^\d{4}-/.test(text) ? text : null;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function modulo(value: bigint, by: bigint): bigint {
  const rest = value % by;
  return rest < 0n ? rest + by : rest;
}
