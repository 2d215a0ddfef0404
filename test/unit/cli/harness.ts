/** The command line in this process, against a temporary workspace and a real Python. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { runCli } from "../../../src/cli/cli";
import { Sessions } from "../../../src/cli/session";
import { createTerminal } from "../../../src/cli/terminal";

export const ROOT = path.resolve(__dirname, "../../..");
export const PYTHON = path.join(ROOT, ".venv", "bin", "python");
export const MAIN = path.join(ROOT, "src/cli/main.ts");

export interface Answer {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface Workspace {
  readonly folder: string;
  write(file: string, text: string): Promise<string>;
  /** Runs `headrace` with these arguments. */
  headrace(...args: string[]): Promise<Answer>;
  /** The same with `--json`, parsed; fails when the output is not one line of JSON. */
  json<T>(...args: string[]): Promise<T>;
  remove(): Promise<void>;
}

export async function createWorkspace(): Promise<Workspace> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "headrace-cli-")));
  const headrace = (...args: string[]): Promise<Answer> => invoke(folder, args, new AbortController().signal);
  return {
    folder,
    headrace,
    write: async (file, text) => {
      const place = path.join(folder, file);
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, text);
      return place;
    },
    json: async <T>(...args: string[]) => {
      const { out } = await headrace(...args, "--json");
      return JSON.parse(out) as T;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** `interrupted` stands for Ctrl-C; `onOut` sees what is printed as it is. */
export async function invoke(
  cwd: string,
  args: readonly string[],
  interrupted: AbortSignal,
  onOut: (text: string) => void = () => undefined,
): Promise<Answer> {
  const out = new Sink(onOut);
  const err = new Sink();
  const terminal = createTerminal({ stdout: out, stderr: err, colour: false });
  const { withSession } = new Sessions({ root: ROOT, cwd });
  const status = await runCli(args, { terminal, cwd, interrupted, withSession }, "1.2.3");
  return { status, out: out.text, err: err.text };
}

class Sink extends Writable {
  text = "";

  constructor(private readonly seen: (text: string) => void = () => undefined) {
    super();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    this.seen(this.text);
    done();
  }
}
