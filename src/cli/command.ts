/** What a command of the command line is, and what it is given. */
import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";
import { messageOf } from "../core/errors";
import type { Session } from "./session";
import type { Terminal } from "./terminal";

/** Exit statuses, a stable contract. */
export const EXIT = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const;

export interface Command {
  readonly name: string;
  /** After the command's name: `FILE[::PIPELINE] [--json]`. */
  readonly synopsis: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Everything else that `--help` says. */
  readonly help: string;
  /** Answers the exit status. */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}

export interface OpenRequest {
  /** `--workspace`, if given. */
  readonly workspace: string | undefined;
  /** The file that the command is about, to find the workspace from. */
  readonly file?: string;
  /** A run of this will be asked for: Python is started while the store is opened. */
  readonly prepare?: { readonly file: string; readonly interpreter?: string };
  /** Nothing will be changed: a folder without a store stays without. */
  readonly onlyLooks?: true;
}

export interface CommandContext {
  readonly terminal: Terminal;
  readonly cwd: string;
  /** Aborted at the first Ctrl-C (or SIGTERM). */
  readonly interrupted: AbortSignal;
  /** Opens the workspace's engine, hands it to `use`, and closes it however that ends. */
  withSession<T>(request: OpenRequest, use: (session: Session) => Promise<T>): Promise<T>;
}

/** The command line itself is wrong: exit status 2, with the command's synopsis. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Reads a command's own arguments: `--workspace` and `--json` are everyone's. */
export function parse<const T extends Options>(args: readonly string[], options: T) {
  const common = { workspace: { type: "string" }, json: { type: "boolean" } } as const;
  try {
    return parseArgs({ args: [...args], options: { ...common, ...options }, allowPositionals: true });
  } catch (error) {
    // Node explains at length how to pass words that look like options; the first sentence says what is wrong.
    throw new UsageError(messageOf(error).replace(/\. [^]*$/, "."));
  }
}

/** The positional arguments, of which there are `least` to `most`. */
export function positionals(given: readonly string[], names: readonly string[], least: number): string[] {
  const missing = names[given.length];
  if (given.length < least && missing !== undefined) throw new UsageError(`${missing} is missing.`);
  const surplus = given[names.length];
  if (surplus !== undefined) throw new UsageError(`Too many arguments: "${surplus}".`);
  return [...given];
}
