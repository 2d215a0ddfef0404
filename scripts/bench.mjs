/** `npm run bench [-- NAME …]`: sets up, packs, and measures every budget. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { installPackages } from "./setup/packages.mjs";
import { installPython } from "./setup/python.mjs";

const root = path.resolve(import.meta.dirname, "..");
const asked = process.argv.slice(2);

installPackages();
const python = installPython();
const run = (...args) =>
  spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, HEADRACE_TEST_PYTHON: python },
  }).status ?? 1;
if (asked.length === 0 || asked.includes("package")) run("scripts/package.mjs");
const packed = path.join(root, ".cache/bench/main.js");
process.exitCode = run("--import", "tsx", "test/bench/pack.ts", packed) || run(packed, ...asked);
