import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { WasmSource } from "../discovery/grammars";

/** The grammars beside the bundle (`dist`), or in the packages that they come in. */
export function wasmSource(root: string): WasmSource {
  return (name) => {
    const packaged = path.join(root, "dist", name);
    const published = path.join(root, "node_modules", path.basename(name, ".wasm"), name);
    return readFile(existsSync(packaged) ? packaged : published);
  };
}
