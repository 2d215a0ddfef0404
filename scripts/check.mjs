/** Types, lint (with the arrow rule), format and the manifest: everything that can be known without running the product. */
import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const bin = (name) => path.join(root, "node_modules", name);
const checks = [
  ["types of the host", [bin("typescript/bin/tsc"), "-p", "."]],
  ["types of pipelines in TypeScript", [bin("typescript/bin/tsc"), "-p", "test/types"]],
  ["types of the webviews", [bin("typescript/bin/tsc"), "-p", "webview"]],
  ["types of the tests", [bin("typescript/bin/tsc"), "-p", "test"]],
  // Without eslint's cache: it goes by a file's own text, and what our rules say depends on the types in others.
  ["lint", [bin("eslint/bin/eslint.js"), "src", "webview", "test", "--max-warnings=0"]],
  [
    "format",
    [bin("prettier/bin/prettier.cjs"), "--check", "--log-level=warn", "src", "webview", "test", "scripts"],
  ],
];

let failed = 0;
for (const [name, args] of checks) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  console.log(`${status === 0 ? "✓" : "✗"} ${name}`);
  if (status !== 0) failed += 1;
}
process.exitCode = failed > 0 ? 1 : 0;
