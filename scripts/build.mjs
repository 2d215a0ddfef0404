/**
 * Bundles everything that ships into dist/: the extension, the command line, one script per webview, the wasm files that
 * are loaded on first need, and the SDKs.
 *
 *   node scripts/build.mjs [--production] [--watch]
 */
import { build, context } from "esbuild";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const dist = path.join(root, "dist");
const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");

/** Lets a webview import its Web Worker as text: `import source from "./layout.worker?text"` gives the bundled script. */
const workerAsText = {
  name: "worker-as-text",
  setup(build) {
    build.onResolve({ filter: /\?text$/ }, (args) => ({
      path: path.resolve(args.resolveDir, `${args.path.replace(/\?text$/, "")}.ts`),
      namespace: "worker-text",
    }));
    build.onLoad({ filter: /.*/, namespace: "worker-text" }, async (args) => {
      const result = await buildOnce({
        ...browser,
        entryPoints: [args.path],
        write: false,
        outfile: "worker.js",
        sourcemap: false,
      });
      return { contents: result.outputFiles[0].text, loader: "text", watchFiles: [args.path] };
    });
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  logLevel: "warning",
  legalComments: "none",
  metafile: true,
};
const host = {
  ...common,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  loader: { ".wasm": "file" },
  // Its ES module asks for import.meta.url, which a CommonJS bundle has not.
  alias: { "web-tree-sitter": path.join(root, "node_modules/web-tree-sitter/web-tree-sitter.cjs") },
};
const browser = { ...common, platform: "browser", format: "iife", target: "chrome120" };

function buildOnce(options) {
  return build({ ...options, plugins: [] });
}

function webviewEntries() {
  const folder = path.join(root, "webview");
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, "main.ts")))
    .map((entry) => ({ in: path.join(folder, entry.name, "main.ts"), out: entry.name }));
}

function bundles() {
  const webviews = webviewEntries();
  const list = [
    { ...host, entryPoints: [path.join(root, "src/extension.ts")], outfile: path.join(dist, "extension.js") },
    {
      ...host,
      entryPoints: [path.join(root, "src/cli/main.ts")],
      outfile: path.join(dist, "cli.js"),
      banner: { js: "#!/usr/bin/env node" },
    },
  ].filter((options) => existsSync(options.entryPoints[0]));
  const readers = path.join(root, "src/artifacts/readers/thread/main.ts");
  list.push({ ...host, entryPoints: [readers], outfile: path.join(dist, "readers.js") });
  const nodeWorker = path.join(root, "src/runtimes/node/worker/main.ts");
  if (existsSync(nodeWorker))
    list.push({ ...host, entryPoints: [nodeWorker], outfile: path.join(dist, "node-worker.js") });
  const nodeApi = path.join(root, "src/runtimes/node/api/index.ts");
  if (existsSync(nodeApi)) {
    // With its lines: where an error of a script goes uncaught, Node prints the line that threw it.
    list.push({
      ...host,
      minify: false,
      minifySyntax: production,
      minifyIdentifiers: production,
      entryPoints: [nodeApi],
      outfile: path.join(dist, "sdk/node/headrace/index.js"),
    });
  }
  for (const name of ["register", "hooks"]) {
    const script = path.join(root, "src/runtimes/node/script", `${name}.ts`);
    list.push({ ...host, entryPoints: [script], outfile: path.join(dist, "sdk/node", `${name}.js`) });
  }
  if (webviews.length > 0) {
    list.push({
      ...browser,
      entryPoints: webviews,
      outdir: path.join(dist, "webview"),
      plugins: [workerAsText],
      loader: { ".ttf": "file", ".svg": "dataurl" },
      assetNames: "[name]",
    });
  }
  return list;
}

function copyFiles() {
  const files = [
    ["node_modules/sql.js/dist/sql-wasm.wasm", "sql-wasm.wasm"],
    ["node_modules/web-tree-sitter/web-tree-sitter.wasm", "web-tree-sitter.wasm"],
    ["node_modules/tree-sitter-python/tree-sitter-python.wasm", "tree-sitter-python.wasm"],
    ["node_modules/tree-sitter-typescript/tree-sitter-typescript.wasm", "tree-sitter-typescript.wasm"],
  ];
  for (const [from, to] of files) cpSync(path.join(root, from), path.join(dist, to));
  cpSync(path.join(root, "src/cli/bin"), path.join(dist, "bin"), { recursive: true });
  const withoutStores = (source) => !/__pycache__|\.headrace/.test(source);
  cpSync(path.join(root, "examples/iris"), path.join(dist, "samples/iris"), {
    recursive: true,
    filter: withoutStores,
  });
  // What the SDK's types refer to, for folders that have no types of Node.
  for (const [from, to] of [
    ["@types/node", "node"],
    ["undici-types", "undici-types"],
  ]) {
    cpSync(path.join(root, "node_modules", from), path.join(dist, "sdk/node/types", to), {
      recursive: true,
      filter: (source) => !source.endsWith(".md"),
    });
  }
  for (const language of ["python", "node"]) {
    const sdk = path.join(root, "src/runtimes", language, "sdk");
    if (!existsSync(sdk)) continue;
    cpSync(sdk, path.join(dist, "sdk", language), {
      recursive: true,
      filter: (source) => !/__pycache__|\.pyc$|\.mypy_cache|\.test\.ts$/.test(source),
    });
  }
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
if (watch) {
  for (const options of bundles()) await (await context(options)).watch();
  copyFiles();
  console.log("Watching. Press Ctrl+C to end.");
} else {
  await Promise.all(bundles().map((options) => build(options)));
  copyFiles();
  console.log(`Built ${path.relative(process.cwd(), dist) || "dist"}/.`);
}
