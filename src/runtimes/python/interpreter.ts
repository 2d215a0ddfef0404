/** Which Python runs a file. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { HeadraceError } from "../../core/errors";

export interface Interpreter {
  readonly command: string;
  /** Before all others: `-3` for Windows' `py`. */
  readonly args: readonly string[];
  /** How it was found, to be read after "from": `the setting headrace.python.interpreter`. */
  readonly origin: string;
}

/** Where a choice may come from, besides the folder and PATH. */
export interface InterpreterSources {
  /** The setting's value for a file, and what the setting is called. */
  readonly setting?: (file: string) => { readonly value: string; readonly name: string } | null;
  /** What the user chose in the Python extension. */
  readonly pythonExtension?: (file: string, signal: AbortSignal) => Promise<string | null>;
}

export interface InterpreterRequest {
  readonly file: string;
  readonly workspace: string;
  readonly explicit?: string;
  readonly signal: AbortSignal;
}

/** Names an interpreter for all folders that have none of their own. */
const VARIABLE = "HEADRACE_PYTHON";

/** The first that is there: explicit, setting, Python extension, virtual environment in the folder or above, HEADRACE_PYTHON, PATH. */
export async function findInterpreter(
  request: InterpreterRequest,
  sources: InterpreterSources = {},
): Promise<Interpreter> {
  const { file, workspace, explicit, signal } = request;
  if (explicit !== undefined) return named(explicit, workspace, "the choice for this run");
  const setting = sources.setting?.(file) ?? null;
  if (setting !== null) return named(setting.value, workspace, `the setting ${setting.name}`);
  const chosen = (await sources.pythonExtension?.(file, signal)) ?? null;
  if (chosen !== null) return named(chosen, workspace, "the Python extension's selection");
  const inFolder = await inFolders(path.dirname(file), workspace);
  if (inFolder !== null) return inFolder;
  const variable = process.env[VARIABLE] ?? "";
  if (variable !== "") return named(variable, workspace, `the environment variable ${VARIABLE}`);
  const found = await onPath();
  if (found !== null) return found;
  throw new HeadraceError(
    "interpreter-missing",
    `No Python was found for ${path.relative(workspace, file)}.`,
    {
      advice:
        "Install Python 3.9 or newer, or choose an interpreter. There is no virtual environment (.venv or venv) beside the " +
        `file or above it, ${VARIABLE} is not set, and neither python3 nor python is on PATH.`,
    },
  );
}

/** What the user named: a path (of an interpreter, or of a virtual environment's folder) or a command on PATH. */
async function named(value: string, workspace: string, origin: string): Promise<Interpreter> {
  const isPath = /[\\/]/.test(value) || value.startsWith("~");
  const expanded = value.replace(/^~(?=[\\/]|$)/, homedir());
  const command = isPath ? path.resolve(workspace, expanded) : await lookUp(value);
  const inside = command === null ? null : await executableIn(command);
  if (inside !== null) return { command: inside, args: [], origin };
  const where = isPath ? `${command ?? value} is no program that can be run` : `${value} is not on PATH`;
  throw new HeadraceError(
    "interpreter-missing",
    `The Python interpreter from ${origin} is missing: ${where}.`,
    {
      advice: "Choose another interpreter, or install Python there.",
    },
  );
}

/** The path itself, or the interpreter of the virtual environment that it is. */
async function executableIn(place: string): Promise<string | null> {
  const isFolder = await stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return (await isExecutable(place)) ? place : null;
  const interpreter = inEnvironment(place);
  return (await isExecutable(interpreter)) ? interpreter : null;
}

function inEnvironment(folder: string): string {
  return process.platform === "win32"
    ? path.join(folder, "Scripts", "python.exe")
    : path.join(folder, "bin", "python");
}

async function inFolders(start: string, workspace: string): Promise<Interpreter | null> {
  for (const folder of foldersUpTo(start, workspace)) {
    for (const name of [".venv", "venv"]) {
      const command = inEnvironment(path.join(folder, name));
      if (await isExecutable(command)) return { command, args: [], origin: `${name} in ${folder}` };
    }
  }
  return null;
}

/** A file outside the workspace looks in its own folder only, then in the workspace. */
function foldersUpTo(start: string, workspace: string): string[] {
  const folders = [start];
  const relative = path.relative(workspace, start);
  if (relative.startsWith("..") || path.isAbsolute(relative)) return [start, workspace];
  for (let folder = start; folder !== workspace && folder !== path.dirname(folder);) {
    folder = path.dirname(folder);
    folders.push(folder);
  }
  return folders;
}

async function onPath(): Promise<Interpreter | null> {
  for (const name of ["python3", "python"]) {
    const command = await lookUp(name);
    if (command !== null) return { command, args: [], origin: "PATH" };
  }
  const launcher = process.platform === "win32" ? await lookUp("py") : null;
  return launcher === null ? null : { command: launcher, args: ["-3"], origin: "the launcher py" };
}

async function lookUp(name: string): Promise<string | null> {
  const windows = process.platform === "win32";
  const names = windows && !name.toLowerCase().endsWith(".exe") ? [`${name}.exe`] : [name];
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    // The "python3.exe" of this folder opens the Microsoft Store.
    if (folder === "" || (windows && /\\WindowsApps\\?$/i.test(folder))) continue;
    for (const candidate of names.map((each) => path.join(folder, each))) {
      if (await isExecutable(candidate)) return candidate;
    }
  }
  return null;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
