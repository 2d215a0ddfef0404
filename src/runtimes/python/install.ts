/** Installs the SDK into an interpreter's environment with the interpreter's own pip; nothing is fetched from anywhere. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { HeadraceError, messageOf } from "../../core/errors";
import type { Interpreter } from "./interpreter";
import { SDK_FOLDER, writeWheel } from "./wheel";

const PIP = [
  "-m",
  "pip",
  "install",
  "--no-index",
  "--no-deps",
  "--force-reinstall",
  "--disable-pip-version-check",
];
const FIND_ZENML =
  "import importlib.metadata as m\ntry: print(m.version('zenml'))\nexcept m.PackageNotFoundError: pass";

export interface InstallRequest {
  readonly interpreter: Interpreter;
  /** The SDK's folder. */
  readonly sdk: string;
  readonly version: string;
  readonly signal: AbortSignal;
}

export interface Installed {
  readonly command: string;
  readonly version: string;
  /** The version of the ZenML that is installed there, too; null when none is. */
  readonly zenml: string | null;
}

export async function installSdk({ interpreter, sdk, version, signal }: InstallRequest): Promise<Installed> {
  const folder = await mkdtemp(path.join(tmpdir(), "headrace-wheel-"));
  try {
    const wheel = await writeWheel(sdk, version, folder);
    await execute(interpreter, [...PIP, wheel], signal).catch((error: unknown) => {
      throw refused(interpreter, error);
    });
    const zenml = await execute(interpreter, ["-c", FIND_ZENML], signal);
    return { command: interpreter.command, version, zenml: zenml.trim() || null };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Whether `zenml` lies where the interpreter's packages do, for tools that read the environment and run nothing: our own wheel's
 * folder is put on the path by code, which they don't see.
 */
export async function findsZenml(interpreter: Interpreter, signal: AbortSignal): Promise<boolean> {
  const code = `import importlib.util as u; s = u.find_spec('zenml'); print(s is not None and ${JSON.stringify(SDK_FOLDER)} not in (s.origin or ''))`;
  return (await execute(interpreter, ["-c", code], signal)).trim() === "True";
}

function refused({ command }: Interpreter, error: unknown): HeadraceError {
  const said = messageOf(error);
  const noPip = /No module named pip\b/.test(said);
  const managed = said.includes("externally-managed-environment");
  return new HeadraceError(
    "invalid",
    noPip
      ? `${command} has no pip to install with.`
      : managed
        ? `${command} is managed by the system, which refuses packages of others.`
        : `pip of ${command} could not install the SDK: ${lastLine(said)}`,
    {
      advice: noPip
        ? "Write the wheel with `headrace sdk wheel DIR`, and install it with the tool that made the environment (uv pip install …, conda …)."
        : managed
          ? "Make a virtual environment, and install it there."
          : "Write the wheel with `headrace sdk wheel DIR` and install it by hand to see everything that pip says.",
      cause: error,
    },
  );
}

function lastLine(said: string): string {
  return (
    said
      .trim()
      .split(/\r?\n/)
      .findLast((line) => line.trim() !== "") ?? ""
  );
}

/** What the program printed; throws with what it complained about. */
function execute(interpreter: Interpreter, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const environment = { ...process.env, PYTHONPATH: "", PYTHONUTF8: "1" };
    execFile(
      interpreter.command,
      [...interpreter.args, ...args],
      { signal, env: environment, windowsHide: true },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else
          reject(
            signal.aborted
              ? new HeadraceError("cancelled", "Cancelled.")
              : new Error(stderr || error.message),
          );
      },
    );
  });
}
