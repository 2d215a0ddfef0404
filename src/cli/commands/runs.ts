/** `headrace runs`: the runs there were, or one of them. */
import { readFile } from "node:fs/promises";
import { reasonBesideStatus } from "../../core/cache";
import type { Run, StepRun } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { StoreReader } from "../../store/reader";
import { EXIT, UsageError, parse, positionals } from "../command";
import type { Command } from "../command";
import { failureLines, summaryLine } from "../progress";
import { requireRun } from "../references";
import { isoTime, modelVersionReport, runReport, stepDuration } from "../report";
import type { Session } from "../session";
import type { Terminal } from "../terminal";
import { ago, count, duration, printFields, printable, sign, printTable } from "../text";

const help = `Lists runs, newest first, or shows one: RUN is a name, an id, the beginning of an id, or "latest".

Options:
  --pipeline NAME  only its runs
  --limit N        how many to list (20)
  --log STEP       print what a step of RUN wrote
  --workspace DIR  the folder that holds .headrace
  --json           {"runs": […], "total"}, and for one run what "headrace run --json" prints`;

export const runsCommand: Command = {
  name: "runs",
  synopsis: "[RUN] [--pipeline NAME] [--limit N] [--log STEP] [--json]",
  summary: "list runs, or show one",
  help,
  async run(args, context) {
    const { values, positionals: rest } = parse(args, {
      pipeline: { type: "string" },
      limit: { type: "string" },
      log: { type: "string" },
    });
    const [reference] = positionals(rest, ["RUN"], 0);
    const limit = limitOf(values.limit);
    const json = values.json === true;
    return context.withSession({ workspace: values.workspace, onlyLooks: true }, async (session) => {
      const { reader } = session.engine;
      if (reference === undefined) listRuns(reader, values.pipeline, limit, json, context.terminal);
      else if (values.log !== undefined)
        await printLog(session, requireRun(reader, reference), values.log, context.terminal);
      else showRun(reader, requireRun(reader, reference), json, context.terminal);
      return EXIT.done;
    });
  },
};

export function limitOf(text: string | undefined): number {
  if (text === undefined) return 20;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`--limit wants a number, not "${text}".`);
  return Number(text);
}

function listRuns(
  reader: StoreReader,
  pipeline: string | undefined,
  limit: number,
  json: boolean,
  terminal: Terminal,
): void {
  const { items, total } = reader.runs({ limit, ...(pipeline === undefined ? {} : { pipeline }) });
  if (json) {
    terminal.out(JSON.stringify({ runs: items.map((run) => listedRun(reader, run)), total }));
    return;
  }
  if (items.length === 0) terminal.err('No runs yet. "headrace run FILE" makes one.');
  if (items.length === 0) return;
  const rows = items.map((run) => [
    `${sign(run.status, terminal)} ${printable(run.name)}`,
    printable(run.pipeline),
    run.status,
    `${run.stepsDone}/${run.steps}`,
    ago(run.started),
    run.finished === null ? "" : duration(run.finished - run.started),
    run.id.slice(0, 8),
  ]);
  printTable(["RUN", "PIPELINE", "STATUS", "STEPS", "STARTED", "TOOK", "ID"], rows, terminal);
  if (total > items.length)
    terminal.err(`${count(total - items.length, "more run")}: --limit ${total} shows all.`);
}

function listedRun(reader: StoreReader, run: Run): object {
  return {
    id: run.id,
    name: run.name,
    pipeline: run.pipeline,
    status: run.status,
    started: isoTime(run.started),
    finished: run.finished === null ? null : isoTime(run.finished),
    steps: run.steps,
    stepsDone: run.stepsDone,
    modelVersion: run.modelVersionId === null ? null : modelVersionReport(reader, run.modelVersionId),
    tags: run.tags,
  };
}

function showRun(reader: StoreReader, run: Run, json: boolean, terminal: Terminal): void {
  if (json) {
    terminal.out(JSON.stringify({ run: runReport(reader, run) }));
    return;
  }
  const steps = reader.steps(run.id);
  terminal.out(summaryLine(run, steps, terminal));
  const model = run.modelVersionId === null ? null : modelVersionReport(reader, run.modelVersionId);
  const facts: (readonly [string, string])[] = [
    ["id", run.id],
    ["pipeline", printable(run.pipeline)],
    ["started", `${isoTime(run.started)} (${ago(run.started)})`],
    ...Object.entries(run.parameters).map(
      ([name, value]) => [`parameter ${printable(name)}`, printable(JSON.stringify(value))] as const,
    ),
    ...(model === null
      ? []
      : [["model version", `${printable(model.model)}@${printable(model.version)}`] as const]),
    ...(run.note === "" ? [] : [["note", printable(run.note)] as const]),
  ];
  printFields(facts, terminal);
  printTable(
    ["STEP", "STATUS", "TOOK", "OUTPUTS", "WHY"],
    steps.map((step) => stepRow(reader, step, terminal)),
    terminal,
  );
  const failures = [run.failure, ...steps.map(({ failure }) => failure)].filter(
    (failure) => failure !== null,
  );
  for (const failure of failures) for (const line of failureLines(failure, terminal)) terminal.out(line);
}

function stepRow(reader: StoreReader, step: StepRun, terminal: Terminal): string[] {
  const took = stepDuration(step);
  const outputs = step.outputs.flatMap(({ artifactVersionId }) => {
    const version = reader.artifactVersion(artifactVersionId);
    return version === null ? [] : [`${printable(version.artifact)}@${printable(version.version)}`];
  });
  const why =
    step.skippedBecause === null
      ? reasonBesideStatus(step.cacheReason ?? "")
      : `${step.skippedBecause} did not complete`;
  return [
    `${sign(step.status, terminal)} ${printable(step.invocation)}`,
    step.status,
    took === null || step.status === "cached" ? "" : duration(took),
    outputs.join(", "),
    printable(why),
  ];
}

async function printLog(session: Session, run: Run, invocation: string, terminal: Terminal): Promise<void> {
  const step = session.engine.reader.steps(run.id).find((candidate) => candidate.invocation === invocation);
  if (step === undefined) {
    throw new HeadraceError("not-found", `Run ${run.name} has no step "${invocation}".`, {
      advice: `"headrace runs ${run.name}" lists its steps.`,
    });
  }
  const text = await readFile(session.engine.logFile(run.id, invocation), "utf8").catch(() => "");
  if (text === "") terminal.err(`Step ${invocation} wrote nothing.`);
  else terminal.out(text.trimEnd());
}
