/** `npm run tutorial`: the tutorial's run without an editor. Prints steps, durations and artifacts. */
import { execFileSync, spawnSync } from "node:child_process";
import path from "node:path";
import { installPackages } from "./setup/packages.mjs";
import { installPython } from "./setup/python.mjs";

const root = path.resolve(import.meta.dirname, "..");
const tutorial = path.join(root, "examples", "tutorial");

installPackages();
const python = installPython();
execFileSync(process.execPath, [path.join(root, "scripts/build.mjs"), "--production"], { stdio: "inherit" });

const cli = (...args) =>
  spawnSync(process.execPath, [path.join(root, "dist/cli.js"), ...args, "--workspace", tutorial], {
    stdio: "inherit",
  }).status ?? 1;
process.exitCode = cli(
  "run",
  path.join(tutorial, "pipelines/training_pipeline.py"),
  "--python",
  python,
  ...process.argv.slice(2),
);
if (process.exitCode === 0) process.exitCode = cli("artifacts");
