/** Builds and packs the .vsix, and checks that it holds what it should, nothing else, and is small enough. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const vsce = path.join(root, "node_modules/@vscode/vsce/vsce");
const { name, version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const vsix = path.join(root, "out", `${name}-${version}.vsix`);

const MAXIMUM_BYTES = 4 * 1024 * 1024;
/** What ships: anything else in the package is a mistake, and so is one of `REQUIRED` missing. */
const ALLOWED = [
  /^package(\.nls(\.\w+)?)?\.json$/,
  /^(README|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^l10n\/bundle\.l10n(\.\w+)?\.json$/,
  /^media\/[^/]+\.(png|svg|md)$/,
  /^media\/walkthrough\/[^/]+\.(svg|png|md)$/,
  /^dist\/(extension|cli|node-worker|readers)\.js$/,
  /^dist\/bin\/headrace(\.cmd)?$/,
  /^dist\/[\w-]+\.wasm$/,
  /^dist\/webview\/[\w.-]+\.(js|css|ttf)$/,
  /^dist\/samples\/iris\/\w+\.(py|txt)$/,
  /^dist\/sdk\/python\/(headrace|zenml|fallback)\/[\w/]+\.(py|pyi)$/,
  /^dist\/sdk\/python\/[\w]+\.py$/,
  /^dist\/sdk\/python\/\w+\/py\.typed$/,
  /^dist\/sdk\/node\/[\w/.-]+\.(d\.ts|js|mjs|json)$/,
  /^dist\/sdk\/node\/types\/[\w-]+\/LICENSE$/,
];
const REQUIRED = [
  "package.json",
  "README.md",
  "LICENSE",
  "dist/extension.js",
  "dist/cli.js",
  "dist/readers.js",
  "dist/bin/headrace",
  "dist/sql-wasm.wasm",
  "dist/samples/iris/training_pipeline.py",
  "dist/sdk/python/headrace/__init__.py",
  "dist/sdk/python/zenml/__init__.py",
];

mkdirSync(path.dirname(vsix), { recursive: true });
execFileSync(process.execPath, [path.join(root, "scripts/build.mjs"), "--production"], {
  cwd: root,
  stdio: "inherit",
});
const listed = execFileSync(process.execPath, [vsce, "ls", "--no-dependencies"], {
  cwd: root,
  stdio: ["ignore", "pipe", "ignore"],
}).toString();
const files = listed
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => line !== "" && !line.startsWith("Executing"));
const stray = files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)));
const missing = REQUIRED.filter((file) => !files.includes(file));
if (stray.length > 0) fail(`These files must not ship (.vscodeignore):\n  ${stray.join("\n  ")}`);
if (missing.length > 0) fail(`These files are missing from the package:\n  ${missing.join("\n  ")}`);

execFileSync(
  process.execPath,
  [vsce, "package", "--no-dependencies", "--allow-missing-repository", "--out", vsix],
  { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
);
const { size } = statSync(vsix);
if (size > MAXIMUM_BYTES) fail(`The package has ${megabytes(size)}, more than ${megabytes(MAXIMUM_BYTES)}.`);
console.log(`${path.relative(root, vsix)}: ${megabytes(size)}, ${files.length} files.`);

function megabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(2)} MB`;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
