/**
 * Pipelines as tasks: `{"type": "headrace", "pipeline": "training", "file": "pipelines/training.py"}` in tasks.json, with
 * one line for each step in the terminal and an exit code that other tasks and launch configurations can wait for.
 */
import * as path from "node:path";
import type { Run } from "../core/entities";
import { HeadraceError, messageOf } from "../core/errors";
import type { JsonObject } from "../core/json";
import type { Engine, RunHandle } from "../engine/api";
import { duration, visible } from "../ui/format";
import { DisposableBag } from "../ui/lifecycle";
import { statusWord } from "../ui/status";
import type { Pseudoterminal, Task, TaskProvider, VSCode, WorkspaceFolder } from "../ui/vscodeTypes";
import type { Services } from "./services";

export const TASK_TYPE = "headrace";
const EXIT = { completed: 0, failed: 1, unusable: 2, cancelled: 130 } as const;

export interface PipelineTask {
  /** Name of the pipeline or of its function; null when the file has just one. */
  readonly pipeline: string | null;
  /** Relative to the folder; null when the pipeline is to be looked for. */
  readonly file: string | null;
  readonly parameters: JsonObject;
  readonly noCache: boolean;
}

export class PipelineTasks implements TaskProvider {
  constructor(private readonly services: Services) {}

  async provideTasks(): Promise<Task[]> {
    const { engines, discovery, vscode } = this.services;
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) =>
      engines.folders().includes(uri.fsPath),
    );
    await Promise.all(folders.map(({ uri }) => discovery.scan(uri.fsPath)));
    return folders.flatMap((folder) =>
      discovery.pipelines(folder.uri.fsPath).map((pipeline) => {
        const file = path.relative(folder.uri.fsPath, pipeline.file).split(path.sep).join("/");
        return this.task({ type: TASK_TYPE, pipeline: pipeline.name, file }, folder);
      }),
    );
  }

  /** The definition of tasks.json stays the very same object: VS Code knows the task by it. */
  resolveTask(task: Task): Task | undefined {
    const { scope } = task;
    const [first] = this.services.vscode.workspace.workspaceFolders ?? [];
    const folder = typeof scope === "object" ? scope : first;
    return folder === undefined ? undefined : this.task(task.definition, folder);
  }

  private task(definition: Task["definition"], folder: WorkspaceFolder): Task {
    const { vscode } = this.services;
    const wanted = readTask(definition);
    const name = wanted.pipeline ?? wanted.file ?? vscode.l10n.t("pipeline");
    // Variables such as ${file} have their values in the definition that comes back.
    const execution = new vscode.CustomExecution((resolved) =>
      Promise.resolve(pipelineTerminal(this.services, folder.uri.fsPath, readTask(resolved))),
    );
    // No matchers, said so: VS Code would ask for one at each run, though failures are in the list of problems already.
    const task = new vscode.Task(definition, folder, name, "Headrace", execution, []);
    task.detail = wanted.file ?? "";
    task.presentationOptions = { clear: true };
    return task;
  }
}

/** What tasks.json says, as far as it can be used. */
export function readTask(definition: Readonly<Record<string, unknown>>): PipelineTask {
  const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
  const parameters = definition["parameters"];
  return {
    pipeline: text(definition["pipeline"]),
    file: text(definition["file"]),
    parameters: isJsonObject(parameters) ? parameters : {},
    noCache: definition["noCache"] === true,
  };
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Runs the pipeline when it is opened, writes how it goes, and ends with the run. Ctrl-C and closing cancel. */
export function pipelineTerminal(services: Services, folder: string, task: PipelineTask): Pseudoterminal {
  const { vscode } = services;
  const lines = new vscode.EventEmitter<string>();
  const ends = new vscode.EventEmitter<number>();
  const stop = new AbortController();
  const write = (line: string): void => lines.fire(`${line.replace(/\r?\n/g, "\r\n")}\r\n`);
  return {
    onDidWrite: lines.event,
    onDidClose: ends.event,
    open: () => {
      void perform(services, folder, task, write, stop.signal).then((code) => ends.fire(code));
    },
    close: () => stop.abort(),
    handleInput: (input) => {
      if (input.includes("\u0003")) stop.abort();
    },
  };
}

async function perform(
  services: Services,
  folder: string,
  task: PipelineTask,
  write: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const bag = new DisposableBag();
  try {
    const { l10n, workspace } = services.vscode;
    if (!workspace.isTrusted) {
      throw new HeadraceError(
        "unsupported",
        l10n.t("This workspace is in Restricted Mode, so no code of it is run."),
      );
    }
    const { file, functionName } = await locate(services, folder, task);
    const engine = await services.engines.get(folder);
    const handle = engine.run({
      file,
      pipeline: functionName,
      parameters: task.parameters,
      noCache: task.noCache,
      origin: "task",
    });
    bag.add(follow(services.vscode, engine, handle, write));
    const cancel = (): void => handle.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    bag.add({ dispose: () => signal.removeEventListener("abort", cancel) });
    if (signal.aborted) cancel();
    return told(services.vscode, await handle.finished, write);
  } catch (error) {
    write(red(messageOf(error)));
    if (HeadraceError.is(error) && error.advice !== undefined) write(error.advice);
    if (HeadraceError.is(error, "cancelled")) return EXIT.cancelled;
    services.log.error("A task failed", error);
    return EXIT.unusable;
  } finally {
    bag.dispose();
  }
}

async function locate(
  { discovery, vscode: { l10n } }: Services,
  folder: string,
  { pipeline, file }: PipelineTask,
): Promise<{ readonly file: string; readonly functionName: string | null }> {
  if (file !== null) return { file: path.resolve(folder, file), functionName: pipeline };
  await discovery.scan(folder);
  const known = discovery.pipelines(folder);
  const found = known.filter(({ name, functionName }) => name === pipeline || functionName === pipeline);
  const [only] = found;
  if (only !== undefined && found.length === 1) return { file: only.file, functionName: only.functionName };
  throw new HeadraceError(
    "not-found",
    found.length === 0
      ? l10n.t("No pipeline of this folder is named {0}.", pipeline ?? "")
      : l10n.t("Several pipelines of this folder are named {0}.", pipeline ?? ""),
    {
      advice:
        found.length === 0
          ? l10n.t("There are: {0}.", known.map(({ name }) => name).join(", "))
          : l10n.t("Say in tasks.json which is meant: add “file”."),
    },
  );
}

/** Writes each step when it starts and ends. */
function follow(
  vscode: VSCode,
  engine: Engine,
  handle: RunHandle,
  write: (line: string) => void,
): DisposableBag {
  const bag = new DisposableBag();
  let runId: string | null = null;
  handle.created.then(
    (id) => {
      runId = id;
      write(bold(visible(engine.reader.run(id)?.name ?? id)));
    },
    // The reason is told when `finished` rejects with it.
    () => null,
  );
  bag.add(
    engine.onLive((event) => {
      if (!("runId" in event) || event.runId !== runId) return;
      if (event.type === "step.started")
        write(`  ${vscode.l10n.t("{0} started", visible(event.invocation))}`);
      if (event.type === "step.finished")
        write(`  ${stepLine(vscode, engine, event.runId, event.invocation)}`);
    }),
  );
  return bag;
}

function stepLine(vscode: VSCode, engine: Engine, runId: string, invocation: string): string {
  const step = engine.reader.steps(runId).find((one) => one.invocation === invocation);
  if (step === undefined) return visible(invocation);
  const took =
    step.started === null || step.finished === null || step.status === "cached"
      ? ""
      : ` · ${duration(step.finished - step.started)}`;
  const line = `${visible(invocation)} ${statusWord(vscode, step.status)}${took}`;
  if (step.failure === null) return line;
  const { failure } = step;
  return [red(line), failure.traceback.trimEnd(), `${failure.type}: ${failure.message}`, failure.advice ?? ""]
    .filter(Boolean)
    .join("\n");
}

function told(vscode: VSCode, run: Run, write: (line: string) => void): number {
  const took = run.finished === null ? "" : ` · ${duration(run.finished - run.created)}`;
  const line = `${visible(run.name)} ${statusWord(vscode, run.status)}${took}`;
  if (run.status === "completed") {
    write(green(line));
    return EXIT.completed;
  }
  write(red(line));
  return run.status === "cancelled" ? EXIT.cancelled : EXIT.failed;
}

const paint =
  (code: number) =>
  (text: string): string =>
    `\u001b[${code}m${text}\u001b[0m`;
const bold = paint(1);
const red = paint(31);
const green = paint(32);
