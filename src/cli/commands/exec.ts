/** `headrace exec`: runs any command with an engine that its scripts reach, in Python as in a terminal of the editor, and in Node. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import path from "node:path";
import { HeadraceError, messageOf } from "../../core/errors";
import { nodePreload } from "../../runtimes/node/runtime";
import { UsageError, parse } from "../command";
import type { Command } from "../command";
import { extensionRoot } from "../root";

const help = `Starts an engine for the workspace, then the command, with the SDKs at hand: "Client()" answers in it, and a script
in Python or Node that calls its pipeline runs it. The exit status is the command's.

Options:
  --workspace DIR  the folder that holds .headrace

Examples:
  headrace exec -- python load_artefact.py
  headrace exec -- node nightly.ts`;

export const execCommand: Command = {
  name: "exec",
  synopsis: "[--workspace DIR] -- COMMAND…",
  summary: "run a command that can reach the engine",
  help,
  async run(args, context) {
    const [own, command] = split(args);
    const { values } = parse(own, {});
    const [program, ...rest] = command;
    if (program === undefined) throw new UsageError("COMMAND is missing.");
    return context.withSession({ workspace: values.workspace }, async ({ engine }) => {
      const environment = { ...process.env, ...(await engine.environment()) };
      return passThrough(program, rest, withSdks(environment), context.cwd);
    });
  },
};

/** The user's own entries of PYTHONPATH and NODE_OPTIONS stay. */
function withSdks(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = [environment["PYTHONPATH"], process.env["PYTHONPATH"]].filter((entry) => Boolean(entry));
  const preload = `--import=${nodePreload(extensionRoot(__dirname))}`;
  const options = [process.env["NODE_OPTIONS"], preload].filter((option) => Boolean(option));
  return { ...environment, PYTHONPATH: entries.join(path.delimiter), NODE_OPTIONS: options.join(" ") };
}

/** Our options end at `--`, or at the first word that is none. */
function split(args: readonly string[]): readonly [own: string[], command: string[]] {
  const end = args.indexOf("--");
  if (end >= 0) return [args.slice(0, end), args.slice(end + 1)];
  const takesValue = (word: string | undefined): boolean => word === "--workspace";
  const first = args.findIndex((word, index) => !word.startsWith("-") && !takesValue(args[index - 1]));
  return first < 0 ? [[...args], []] : [args.slice(0, first), args.slice(first)];
}

/** The child shares our terminal and our process group: Ctrl-C reaches it directly, and we wait for what it makes of it. */
async function passThrough(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<number> {
  const child = spawn(program, args, { env, cwd, stdio: "inherit", windowsHide: true });
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      const said = error.code === "ENOENT" ? "there is no such program" : messageOf(error);
      reject(new HeadraceError("not-found", `"${program}" can't be started: ${said}.`));
    });
    child.once("exit", (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}
