/** Bundles a file of the benches: module loaders that compile on the fly slow inner loops down, and nothing that ships has one. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

/** Code keeps knowing where its source is. */
const places: esbuild.Plugin = {
  name: "places",
  setup(build) {
    build.onLoad({ filter: /[\\/](?:src|test|webview)[\\/].*\.ts$/ }, async ({ path: file }) => {
      const names = { __dirname: path.dirname(file), __filename: file, __url: pathToFileURL(file).href };
      const here = Object.entries(names).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
      return { contents: `${here.join("")}${await readFile(file, "utf8")}`, loader: "ts" };
    });
  },
};

export async function bundle(entry: string, outfile: string): Promise<void> {
  await esbuild.build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: true,
    logLevel: "error",
    define: {
      "import.meta.url": "__url",
      "import.meta.dirname": "__dirname",
      "import.meta.filename": "__filename",
    },
    plugins: [places],
  });
}
