/** How the pages of parquet files are unpacked: with the system's own means, and never to more than they may hold. */
import zlib from "node:zlib";
import { type Compressors, type FileMetaData, snappyUncompress } from "hyparquet";
import { HeadraceError } from "../../core/errors";
import { invalid } from "./file";

const LARGEST_PAGE = 128 * 1024 * 1024;

const native = new Map<string, (input: Uint8Array, options: { maxOutputLength: number }) => Uint8Array>([
  ["GZIP", zlib.gunzipSync],
  ["BROTLI", zlib.brotliDecompressSync],
]);
const zstd: unknown = Reflect.get(zlib, "zstdDecompressSync");
if (typeof zstd === "function") {
  native.set("ZSTD", (input, options) => Reflect.apply(zstd, zlib, [input, options]) as Uint8Array);
}

export function refuseUnknownCodecs(metadata: FileMetaData): void {
  const known = new Set(["UNCOMPRESSED", "SNAPPY", ...native.keys()]);
  for (const group of metadata.row_groups) {
    for (const column of group.columns) {
      const codec = column.meta_data?.codec ?? "UNCOMPRESSED";
      if (known.has(codec)) continue;
      throw new HeadraceError(
        "unsupported",
        `The parquet file is compressed with ${codec}, which can't be unpacked here.`,
        {
          advice: "Write it with compression snappy, gzip or none; Python can load it as it is.",
        },
      );
    }
  }
}

function checked(length: number): number {
  if (!(length >= 0 && length <= LARGEST_PAGE))
    throw invalid(`A page of the parquet file says it unpacks to ${length} bytes.`);
  return length;
}

export const compressors: Compressors = {
  SNAPPY(input, length) {
    // The format can't pack more than about 22 to 1.
    if (length > 1024 + input.length * 64)
      throw invalid("A page of the parquet file says it unpacks to more than it can.");
    const output = new Uint8Array(checked(length));
    snappyUncompress(input, output);
    return output;
  },
};
for (const [codec, unpack] of native) {
  compressors[codec as keyof Compressors] = (input, length) => {
    const output = unpack(input, { maxOutputLength: Math.max(1, checked(length)) });
    return new Uint8Array(output.buffer, output.byteOffset, output.byteLength);
  };
}
