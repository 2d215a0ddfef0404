/**
 * `npm start`: sets everything up, builds, and opens VS Code with the extension and the tutorial folder. The desktop
 * `code` is used if it is there; else VS Code's server is started and its address printed.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { installPackages } from "./setup/packages.mjs";
import { installPython } from "./setup/python.mjs";

const root = path.resolve(import.meta.dirname, "..");
const tutorial = path.join(root, "examples", "tutorial");

installPackages();
const python = installPython();
const code = desktopCode();
// The desktop loads the extension from this folder; the server has it installed, as it shows its messages only then.
const make = code === undefined ? ["scripts/package.mjs"] : ["scripts/build.mjs", "--production"];
execFileSync(process.execPath, make, { cwd: root, stdio: "inherit" });

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
  const { name, version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const vsix = path.join(root, "out", `${name}-${version}.vsix`);
  const serve = path.join(root, "test/vscode/serve.ts");
  const child = spawn(
    process.execPath,
    ["--import", "tsx", serve, vsix, tutorial, "pipelines/training_pipeline.py"],
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
