/**
 * `npm start`: sets everything up, builds, and opens VS Code with the extension and the tutorial folder. The desktop
 * `code` is used if it is there; else VS Code's server is started and its address printed.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { installPackages } from "./setup/packages.mjs";
import { installPython } from "./setup/python.mjs";

const root = path.resolve(import.meta.dirname, "..");
const tutorial = path.join(root, "examples", "tutorial");

installPackages();
const python = installPython();
execFileSync(process.execPath, [path.join(root, "scripts/build.mjs"), "--production"], { stdio: "inherit" });

const code = desktopCode();
const environment = { ...process.env, HEADRACE_PYTHON: python };
if (code !== undefined) {
  console.log(
    `Opening ${code} with Headrace and the tutorial. Click "Run pipeline" above training_pipeline.`,
  );
  spawn(
    code,
    [
      `--extensionDevelopmentPath=${root}`,
      tutorial,
      "--goto",
      path.join(tutorial, "pipelines/training_pipeline.py:15"),
    ],
    {
      stdio: "inherit",
      env: environment,
      shell: process.platform === "win32",
    },
  );
} else {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", path.join(root, "test/vscode/serve.ts"), tutorial, "pipelines/training_pipeline.py"],
    {
      cwd: root,
      stdio: "inherit",
      env: environment,
    },
  );
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (status) => {
    process.exitCode = status ?? 0;
  });
}

/** The desktop program, not the command that a VS Code server puts into its terminals. */
function desktopCode() {
  const names = process.platform === "win32" ? ["code.cmd"] : ["code", "code-insiders", "codium"];
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    for (const name of names) {
      const candidate = path.join(folder, name);
      if (existsSync(candidate) && !folder.includes("remote-cli")) return candidate;
    }
  }
  return undefined;
}
