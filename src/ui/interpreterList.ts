/** The interpreters to choose from, and what would run: for the picker and the status bar. */
import * as path from "node:path";
import { findInterpreter, type Interpreter, type InterpreterSources } from "../runtimes/python/interpreter";
import { probe } from "../runtimes/python/probe";

export interface FoundInterpreter {
  readonly path: string;
  readonly version: string;
  /** To be read after "from". */
  readonly origin: string;
}

/** Folders that people keep their environments in. */
const environments = [".venv", "venv", "env", ".env"];
const commands = ["python3", "python", "py"];

/** What would run a folder's pipelines; rejects with the reason when there is nothing. */
export async function interpreterOf(
  folder: string,
  sources: InterpreterSources,
  signal: AbortSignal,
  file = path.join(folder, "pipeline.py"),
): Promise<FoundInterpreter> {
  return describe(await findInterpreter({ file, workspace: folder, signal }, sources));
}

export async function listInterpreters(
  folder: string,
  sources: InterpreterSources,
): Promise<readonly FoundInterpreter[]> {
  const { signal } = new AbortController();
  const wanted = [...environments.map((name) => path.join(folder, name)), ...commands];
  const looked = await Promise.allSettled([
    interpreterOf(folder, sources, signal),
    ...wanted.map(async (explicit) =>
      describe(await findInterpreter({ file: folder, workspace: folder, explicit, signal })),
    ),
  ]);
  const found = looked.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  return [...new Map(found.map((interpreter) => [interpreter.path, interpreter])).values()];
}

async function describe(interpreter: Interpreter): Promise<FoundInterpreter> {
  const facts = await probe(interpreter);
  return { path: interpreter.command, version: facts.version, origin: interpreter.origin };
}
