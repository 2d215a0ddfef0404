/** `headrace run`: compiles and runs a pipeline, and tells how it goes. */
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Run } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { Json, JsonObject } from "../../core/json";
import type { RunHandle, RunRequest } from "../../engine/api";
import { EXIT, UsageError, parse, positionals } from "../command";
import type { Command, CommandContext } from "../command";
import { errorReportOf } from "../errors";
import { RunProgress, summaryLine } from "../progress";
import { runReport } from "../report";
import type { Session } from "../session";

const help = `Runs a pipeline and waits for it. Without PIPELINE the file must hold just one.

Options:
  --param NAME=JSON   a parameter of the pipeline; text that is no JSON is taken as a string. May be repeated.
  --config FILE.yaml  a run configuration
  --no-cache          run every step, whatever the cache holds
  --python PATH       the interpreter, or the folder of a virtual environment
  --workspace DIR     the folder that holds .headrace
  --json              print one JSON object when the run has ended, and nothing else

Exit status: 0 completed, 1 failed or refused, 2 wrong usage, 130 cancelled (Ctrl-C; twice ends it at once).

Examples:
  headrace run pipelines/train.py
  headrace run pipelines/train.py::training_pipeline --param lr=0.1 --param 'layers=[64, 32]'`;

export const runCommand: Command = {
  name: "run",
  synopsis:
    "FILE[::PIPELINE] [--param NAME=JSON]… [--config FILE.yaml] [--no-cache] [--python PATH] [--json]",
  summary: "run a pipeline",
  help,
  async run(args, context) {
    const { values, positionals: rest } = parse(args, {
      param: { type: "string", multiple: true },
      config: { type: "string" },
      "no-cache": { type: "boolean" },
      python: { type: "string" },
    });
    const [target = ""] = positionals(rest, ["FILE"], 1);
    const [file, pipeline] = await targetOf(target, [context.cwd, values.workspace ?? "."]);
    const parameters = parametersOf(values.param ?? []);
    const configPath = values.config === undefined ? undefined : path.resolve(context.cwd, values.config);
    if (configPath !== undefined && !(await isFile(configPath))) {
      throw new UsageError(`There is no file ${configPath}.`);
    }
    const python = values.python === undefined ? undefined : interpreterFrom(values.python, context.cwd);
    const request: RunRequest = {
      file,
      pipeline,
      parameters,
      origin: "cli",
      ...(configPath === undefined ? {} : { configPath }),
      ...(values["no-cache"] === true ? { noCache: true } : {}),
      ...(python === undefined ? {} : { python }),
    };
    const interpreter = python === undefined ? {} : { interpreter: python };
    const open = { workspace: values.workspace, file, prepare: { file, ...interpreter } };
    return context.withSession(open, (session) => execute(session, request, context, values.json === true));
  },
};

async function execute(
  session: Session,
  request: RunRequest,
  context: CommandContext,
  json: boolean,
): Promise<number> {
  const { terminal } = context;
  const { engine } = session;
  const progress = new RunProgress(engine.reader, terminal);
  const listening = json ? null : engine.onLive((event) => progress.onLive(event));
  try {
    const run = await finish(engine.run(request), context.interrupted);
    if (json) terminal.out(JSON.stringify({ run: runReport(engine.reader, run) }));
    else terminal.out(summaryLine(run, engine.reader.steps(run.id), terminal));
    return statusOf(run);
  } catch (error) {
    if (!json || HeadraceError.is(error, "cancelled")) throw error;
    terminal.out(JSON.stringify({ run: null, error: errorReportOf(error) }));
    return EXIT.failed;
  } finally {
    listening?.dispose();
  }
}

async function finish(handle: RunHandle, interrupted: AbortSignal): Promise<Run> {
  const cancel = (): void => handle.cancel();
  interrupted.addEventListener("abort", cancel, { once: true });
  if (interrupted.aborted) cancel();
  // `finished` tells the same.
  handle.created.catch(() => undefined);
  try {
    return await handle.finished;
  } finally {
    interrupted.removeEventListener("abort", cancel);
  }
}

function statusOf(run: Run): number {
  if (run.status === "completed") return EXIT.done;
  return run.status === "cancelled" ? EXIT.cancelled : EXIT.failed;
}

/** `FILE::PIPELINE`; Windows' drive letters have one colon only. The file is looked for in each folder in turn. */
async function targetOf(
  target: string,
  folders: readonly [cwd: string, workspace: string],
): Promise<readonly [file: string, pipeline: string | null]> {
  const at = target.lastIndexOf("::");
  const name = at < 0 ? null : target.slice(at + 2);
  if (name === "") throw new UsageError('After "::" comes the name of a pipeline.');
  const file = at < 0 ? target : target.slice(0, at);
  const here = path.resolve(folders[0], file);
  const inWorkspace = path.resolve(...folders, file);
  if (await isFile(here)) return [here, name];
  if (await isFile(inWorkspace)) return [inWorkspace, name];
  throw new UsageError(`There is no file ${here}.`);
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

function parametersOf(given: readonly string[]): JsonObject {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf("=");
      if (at <= 0) throw new UsageError(`--param wants NAME=JSON, not "${text}".`);
      return [text.slice(0, at), jsonOrText(text.slice(at + 1))];
    }),
  );
}

function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** A path is relative to where the user is; a bare name is looked up on PATH. */
function interpreterFrom(value: string, cwd: string): string {
  return /[\\/]/.test(value) && !value.startsWith("~") ? path.resolve(cwd, value) : value;
}
