/** What a picture is and how large, from its first bytes: never decoded here. */
import { type FileBytes, invalid } from "./file";

export interface ImageInfo {
  readonly mime: "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/svg+xml";
  readonly width: number | null;
  readonly height: number | null;
}

const HEAD = 64 * 1024;
/** Pictures put what a camera knows in front of their size. */
const MOST_SEGMENTS = 1000;

export async function readImage(file: FileBytes): Promise<ImageInfo> {
  const head = await file.read(0, HEAD);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const starts = (...bytes: number[]): boolean => bytes.every((byte, at) => head[at] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47) && head.length >= 24) {
    return { mime: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (starts(0xff, 0xd8)) return { mime: "image/jpeg", ...(await jpegSize(file)) };
  if (starts(0x47, 0x49, 0x46, 0x38) && head.length >= 10) {
    return { mime: "image/gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  if (starts(0x52, 0x49, 0x46, 0x46) && latin(head, 8, 12) === "WEBP") {
    return { mime: "image/webp", ...webpSize(head, view) };
  }
  const text = new TextDecoder().decode(head);
  const svg = /<svg\b[^>]{0,10000}>/i.exec(text);
  if (svg !== null) return { mime: "image/svg+xml", ...svgSize(svg[0]) };
  throw invalid("The file is no picture of a kind that can be shown (PNG, JPEG, GIF, WebP, SVG).");
}

interface Size {
  readonly width: number | null;
  readonly height: number | null;
}

const UNKNOWN: Size = { width: null, height: null };

async function jpegSize(file: FileBytes): Promise<Size> {
  let offset = 2;
  for (let segment = 0; segment < MOST_SEGMENTS; segment += 1) {
    const head = await file.read(offset, 9);
    if (head.length < 9 || head[0] !== 0xff) return UNKNOWN;
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const marker = head[1] ?? 0;
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(5), width: view.getUint16(7) };
    offset += 2 + Math.max(2, view.getUint16(2));
  }
  return UNKNOWN;
}

function webpSize(head: Uint8Array, view: DataView): Size {
  if (head.length < 30) return UNKNOWN;
  switch (latin(head, 12, 16)) {
    case "VP8X":
      return { width: 1 + uint24(head, 24), height: 1 + uint24(head, 27) };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
    }
    case "VP8 ":
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    default:
      return UNKNOWN;
  }
}

function svgSize(tag: string): Size {
  const side = (name: string): number | null => {
    const found = new RegExp(`\\b${name}\\s*=\\s*["']\\s*([\\d.]{1,20})\\s*(px)?\\s*["']`, "i").exec(
      tag,
    )?.[1];
    const length = Number(found);
    return found !== undefined && Number.isFinite(length) ? length : null;
  };
  const width = side("width");
  const height = side("height");
  if (width !== null && height !== null) return { width, height };
  const box = /\bviewBox\s*=\s*["']([-\d.,\s]{1,100})["']/i
    .exec(tag)?.[1]
    ?.trim()
    .split(/[\s,]+/)
    .map(Number);
  const [, , boxWidth, boxHeight] = box ?? [];
  if (boxWidth === undefined || boxHeight === undefined || Number.isNaN(boxWidth + boxHeight))
    return { width, height };
  return { width: boxWidth, height: boxHeight };
}

function uint24(data: Uint8Array, at: number): number {
  return (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16);
}

function latin(data: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...data.subarray(from, to));
}
