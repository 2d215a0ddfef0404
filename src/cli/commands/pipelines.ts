/** `headrace pipelines`: what the source holds, without running it, and what has run. */
import path from "node:path";
import type { Run } from "../../core/entities";
import type { StoreReader } from "../../store/reader";
import { EXIT, parse, positionals } from "../command";
import type { Command } from "../command";
import { isoTime } from "../report";
import type { Session } from "../session";
import { ago, printable, sign, printTable } from "../text";

const help = `Lists the pipelines in the source files below the workspace, with the last run of each, and those that only past
runs know. Nothing is executed.

Options:
  --workspace DIR  the folder that holds .headrace
  --json           {"pipelines": [{"name", "function", "file", "line", "language", "runs", "lastRun"}]}`;

interface ListedPipeline {
  readonly name: string;
  readonly function: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly language: string | null;
  readonly runs: number;
  readonly lastRun: Run | null;
}

export const pipelinesCommand: Command = {
  name: "pipelines",
  synopsis: "[--json]",
  summary: "list the workspace's pipelines",
  help,
  async run(args, context) {
    const { values, positionals: rest } = parse(args, {});
    positionals(rest, [], 0);
    const { terminal, interrupted } = context;
    return context.withSession({ workspace: values.workspace, onlyLooks: true }, async (session) => {
      const listed = await list(session, interrupted);
      if (values.json === true) terminal.out(JSON.stringify({ pipelines: listed.map(report) }));
      else if (listed.length === 0) terminal.err(`No pipelines below ${session.workspace}.`);
      else printTable(HEADINGS, listed.map(row), terminal);
      return EXIT.done;

      function row({ name, file, line, runs, lastRun }: ListedPipeline): string[] {
        const state =
          lastRun === null
            ? ""
            : `${sign(lastRun.status, terminal)} ${lastRun.status} ${ago(lastRun.started)}`;
        const place = file === null ? "" : `${path.relative(context.cwd, file)}:${line ?? 1}`;
        return [printable(name), printable(place), String(runs), state];
      }
    });
  },
};

const HEADINGS = ["PIPELINE", "WHERE", "RUNS", "LAST RUN"];

async function list(session: Session, signal: AbortSignal): Promise<ListedPipeline[]> {
  const { reader } = session.engine;
  const found = await session.discover(signal);
  const inSource = found.map(({ name, functionName, file, line, language }) => ({
    name,
    function: functionName,
    file,
    line,
    language,
    ...historyOf(reader, name),
  }));
  const names = new Set(found.map(({ name }) => name));
  const onlyRun = reader
    .pipelines()
    .items.filter(({ name }) => !names.has(name))
    .map(({ name, runs, lastRun }) => ({
      name,
      function: null,
      file: null,
      line: null,
      language: null,
      runs,
      lastRun,
    }));
  return [...inSource, ...onlyRun];
}

function historyOf(reader: StoreReader, name: string): Pick<ListedPipeline, "runs" | "lastRun"> {
  const known = reader.pipeline(name);
  return { runs: known?.runs ?? 0, lastRun: known?.lastRun ?? null };
}

function report({ lastRun, ...pipeline }: ListedPipeline): object {
  if (lastRun === null) return { ...pipeline, lastRun };
  const { id, name, status, started } = lastRun;
  return { ...pipeline, lastRun: { id, name, status, started: isoTime(started) } };
}
