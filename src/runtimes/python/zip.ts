/** Writes a ZIP file: what a wheel is. Made of bytes alone, so that equal files give an equal archive. */
import { deflateRawSync } from "node:zlib";

export interface ZipEntry {
  /** With forward slashes. */
  readonly name: string;
  readonly content: Buffer;
}

const VERSION = 20;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
/** 1980-01-01: the format's first day. A build has no time. */
const DATE = 0x0021;
/** A regular file that everybody may read: pip keeps the bits. */
const ATTRIBUTES = (0o100644 << 16) >>> 0;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const packed = deflateRawSync(content, { level: 9 });
    const bytes = Buffer.from(name, "utf8");
    const common = headerOf(bytes, content, packed);
    const local = Buffer.concat([uint32(0x04034b50), common, bytes]);
    parts.push(local, packed);
    directory.push(directoryEntry(common, bytes, offset));
    offset += local.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  return Buffer.concat([...parts, listed, endOf(entries.length, listed.length, offset)]);
}

/** What the local header and the directory say alike. */
function headerOf(name: Buffer, content: Buffer, packed: Buffer): Buffer {
  return Buffer.concat([
    uint16(VERSION, UTF8_NAMES, DEFLATED, 0, DATE),
    uint32(crc32(content), packed.length, content.length),
    uint16(name.length, 0),
  ]);
}

function directoryEntry(common: Buffer, name: Buffer, offset: number): Buffer {
  const madeOnUnix = (3 << 8) | VERSION;
  return Buffer.concat([
    uint32(0x02014b50),
    uint16(madeOnUnix),
    common,
    uint16(0, 0, 0),
    uint32(ATTRIBUTES, offset),
    name,
  ]);
}

function endOf(count: number, size: number, offset: number): Buffer {
  return Buffer.concat([uint32(0x06054b50), uint16(0, 0, count, count), uint32(size, offset), uint16(0)]);
}

function crc32(content: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of content) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function uint16(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => buffer.writeUInt16LE(value, index * 2));
  return buffer;
}

function uint32(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => buffer.writeUInt32LE(value, index * 4));
  return buffer;
}
