/** Bundles the pages for their tests as the build does, into a folder of their own, so that no test disturbs `dist`. */
import { build, type BuildOptions, type Plugin } from "esbuild";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(__dirname, "../..");
const out = path.join(root, ".cache", `webview-test-${process.pid}`);

const browser: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: "browser",
  format: "iife",
  target: "chrome120",
  logLevel: "warning",
};

const workerAsText: Plugin = {
  name: "worker-as-text",
  setup(setup) {
    setup.onResolve({ filter: /\?text$/ }, (args) => ({
      path: path.resolve(args.resolveDir, `${args.path.replace(/\?text$/, "")}.ts`),
      namespace: "worker-text",
    }));
    setup.onLoad({ filter: /.*/, namespace: "worker-text" }, async (args) => {
      const result = await build({ ...browser, entryPoints: [args.path], write: false });
      return { contents: result.outputFiles[0]?.text ?? "", loader: "text" };
    });
  },
};

let built: Promise<string> | undefined;

/** The folder with `<page>.js` and `<page>.css`. */
export function bundledPages(): Promise<string> {
  built ??= bundle();
  return built;
}

async function bundle(): Promise<string> {
  const folder = path.join(root, "webview");
  const pages = readdirSync(folder).filter((name) => existsSync(path.join(folder, name, "main.ts")));
  await build({
    ...browser,
    entryPoints: pages.map((name) => ({ in: path.join(folder, name, "main.ts"), out: name })),
    outdir: out,
    plugins: [workerAsText],
    loader: { ".ttf": "file", ".svg": "dataurl" },
    assetNames: "[name]",
  });
  return out;
}
