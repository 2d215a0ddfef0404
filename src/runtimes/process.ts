/** The operating system's side of a worker: its process, its process group, its output. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { MarkedStream } from "./output";

const WINDOWS = process.platform === "win32";

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly workspace: string;
  readonly environment: NodeJS.ProcessEnv;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export class WorkerProcess {
  readonly pid: number;
  readonly stdout: MarkedStream;
  readonly stderr: MarkedStream;
  /** Resolves when the process is gone, though its children may still hold its output open. */
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;

  /** Rejects when the operating system refuses to start it. */
  static async start(options: ProcessOptions): Promise<WorkerProcess> {
    const { command, args, workspace, environment } = options;
    const child = spawn(command, args, {
      cwd: workspace,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that what user code started ends with it. On Windows this would open a console.
      detached: !WINDOWS,
      windowsHide: true,
    });
    const { stdout, stderr, pid } = child;
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    if (pid === undefined) throw new Error("A process that was spawned has an id.");
    return new WorkerProcess(child, pid, new MarkedStream(stdout), new MarkedStream(stderr));
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
