/** The operating system's side of a worker: its process, its process group, its output. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { MarkedStream } from "./output";
import type { Interpreter } from "./interpreter";

const WINDOWS = process.platform === "win32";
/** Not `-m`: that would put the workspace before the standard library, where a file `types.py` would break the start. */
const ENTRY = [
  "import sys",
  "sys.path[:] = sys.path[1:] if sys.path[:1] == [''] else sys.path",
  "from headrace.worker import main",
  "sys.exit(main())",
].join("\n");

export interface ProcessOptions {
  readonly interpreter: Interpreter;
  readonly sdk: string;
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export class PythonProcess {
  readonly pid: number;
  readonly stdout: MarkedStream;
  readonly stderr: MarkedStream;
  /** Resolves when the process is gone, though its children may still hold its output open. */
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;

  /** Rejects when the operating system refuses to start it. */
  static async start(options: ProcessOptions): Promise<PythonProcess> {
    const { interpreter, workspace } = options;
    const child = spawn(interpreter.command, [...interpreter.args, "-c", ENTRY], {
      cwd: workspace,
      env: environmentOf(options),
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that what user code started ends with it. On Windows this would open a console.
      detached: !WINDOWS,
      windowsHide: true,
    });
    const { stdout, stderr, pid } = child;
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    if (pid === undefined) throw new Error("A process that was spawned has an id.");
    return new PythonProcess(child, pid, new MarkedStream(stdout), new MarkedStream(stderr));
  }

  private constructor(child: ChildProcess, pid: number, stdout: MarkedStream, stderr: MarkedStream) {
    this.#child = child;
    this.pid = pid;
    this.stdout = stdout;
    this.stderr = stderr;
    this.exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        resolve({ code, signal });
        // Children that the process left behind go with it.
        this.#killGroup();
      });
    });
  }

  /** Ctrl-C for the process alone: its children end by its hand, or with its group. */
  interrupt(): void {
    if (!WINDOWS && this.#isRunning()) this.#child.kill("SIGINT");
  }

  kill(): void {
    if (!this.#isRunning()) return;
    if (WINDOWS) spawn("taskkill", ["/pid", String(this.pid), "/T", "/F"], { windowsHide: true });
    else this.#killGroup();
    this.#child.kill("SIGKILL");
  }

  #killGroup(): void {
    if (WINDOWS) return;
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // Nobody is left in the group.
    }
  }

  #isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }
}

function environmentOf({ sdk, environment }: ProcessOptions): NodeJS.ProcessEnv {
  const inherited = { ...process.env };
  // The extension host sets it for its own children; a program that user code starts must not inherit it.
  delete inherited["ELECTRON_RUN_AS_NODE"];
  const pythonPath = [sdk, inherited["PYTHONPATH"]].filter((part) => part !== undefined && part !== "");
  return {
    ...inherited,
    ...environment,
    PYTHONPATH: pythonPath.join(path.delimiter),
    PYTHONUTF8: "1",
    PYTHONIOENCODING: "utf-8:surrogateescape",
  };
}
