#!/usr/bin/env node
// The executable that @vscode/test-electron is given where no desktop VS Code can be had.
import { spawn } from "node:child_process";
import path from "node:path";

const launcher = path.join(import.meta.dirname, "launcher.ts");
const tsx = new URL(import.meta.resolve("tsx")).href;
const child = spawn(process.execPath, ["--import", tsx, launcher, ...process.argv.slice(2)], {
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 130);
});
