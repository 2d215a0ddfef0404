import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { WasmSource } from "../../src/discovery/grammars";

const require = createRequire(import.meta.url);

/** The grammars where npm put them. */
export const nodeModulesWasm: WasmSource = (name) => {
  const packageName = name.replace(/\.wasm$/, "");
  if (packageName === "web-tree-sitter")
    return readFile(require.resolve("web-tree-sitter/web-tree-sitter.wasm"));
  return readFile(path.join(path.dirname(require.resolve(`${packageName}/package.json`)), name));
};
