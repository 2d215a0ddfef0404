/** What an interpreter is: its version and place, and whether it will do. */
import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import { HeadraceError } from "../../core/errors";
import type { Interpreter } from "./interpreter";

/** The oldest Python that the SDK supports. */
const OLDEST = "3.9";
const PROBE_DEADLINE_MS = 10_000;
/** Facts as one line of ASCII, by any Python from 2.7 on: one that is too old must be able to say so. */
const PROBE = [
  "import json, sys",
  'facts = {"version": "%d.%d.%d" % tuple(sys.version_info[:3]), "executable": sys.executable, "prefix": sys.prefix}',
  "sys.stdout.write(json.dumps(facts))",
].join("\n");

const factsSchema = v.object({ version: v.string(), executable: v.string(), prefix: v.string() });
export type InterpreterFacts = v.InferOutput<typeof factsSchema>;

const run = promisify(execFile);
const known = new Map<string, Promise<InterpreterFacts>>();

/** Asks an interpreter what it is: one short process, and none until the interpreter changes on disk. */
export async function probe(interpreter: Interpreter): Promise<InterpreterFacts> {
  const key = await stampOf(interpreter);
  const answer = known.get(key) ?? ask(interpreter);
  known.set(key, answer);
  try {
    return await answer;
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

/** Fails when the interpreter can't be run or is too old, with a message that names it and where it was found. */
export async function requireSuitable(interpreter: Interpreter): Promise<InterpreterFacts> {
  const facts = await probe(interpreter);
  requireVersion(interpreter, facts.version);
  return facts;
}

export function requireVersion({ command, origin }: Interpreter, version: string): void {
  if (compareVersions(version, OLDEST) >= 0) return;
  throw new HeadraceError(
    "interpreter-too-old",
    `Python ${version} is too old: ${command}, from ${origin}.`,
    {
      advice: `Headrace needs Python ${OLDEST} or newer. Choose another interpreter.`,
    },
  );
}

/** Changes when the interpreter is replaced, its environment made anew, or packages come or go. */
export async function stampOf({ command, args }: Interpreter): Promise<string> {
  const root = path.dirname(path.dirname(command));
  const places = [command, path.join(root, "pyvenv.cfg"), ...(await packageFolders(root))];
  const times = await Promise.all(places.map(changed));
  return [command, ...args, ...times].join("\u0000");
}

async function packageFolders(root: string): Promise<string[]> {
  const library = path.join(root, "lib");
  const entries = await readdir(library).catch(() => []);
  const versions = entries.filter((name) => name.startsWith("python3"));
  const folders = versions.flatMap((name) => [
    path.join(library, name, "site-packages"),
    path.join(library, name, "dist-packages"),
  ]);
  return [...folders, path.join(root, "Lib", "site-packages")];
}

async function changed(place: string): Promise<number> {
  return stat(place).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function ask(interpreter: Interpreter): Promise<InterpreterFacts> {
  const { command, args, origin } = interpreter;
  try {
    const { stdout } = await run(command, [...args, "-c", PROBE], {
      timeout: PROBE_DEADLINE_MS,
      windowsHide: true,
    });
    return v.parse(factsSchema, JSON.parse(stdout));
  } catch (error) {
    const said = whatItSaid(error);
    throw new HeadraceError(
      "interpreter-missing",
      `${command}, from ${origin}, does not run as Python: ${said}`,
      {
        advice: "Choose another interpreter.",
        cause: error,
      },
    );
  }
}

function whatItSaid(error: unknown): string {
  const { stderr, killed, message } = error as { stderr?: string; killed?: boolean; message: string };
  if (killed === true) return `it did not answer within ${PROBE_DEADLINE_MS / 1000} s.`;
  const lastLine = stderr?.trim().split("\n").at(-1);
  return lastLine === undefined || lastLine === "" ? message : lastLine;
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (const [index, part] of (right ?? []).entries()) {
    const difference = (left?.[index] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}
