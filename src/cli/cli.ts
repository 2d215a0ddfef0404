/** The command line: finds the command, prints help, turns errors into messages and exit statuses. */
import { HeadraceError } from "../core/errors";
import { EXIT, UsageError } from "./command";
import type { Command, CommandContext } from "./command";
import { artifactsCommand } from "./commands/artifacts";
import { execCommand } from "./commands/exec";
import { initCommand } from "./commands/init";
import { linkCommand, promoteCommand } from "./commands/link";
import { modelsCommand } from "./commands/models";
import { pipelinesCommand } from "./commands/pipelines";
import { runCommand } from "./commands/run";
import { runsCommand } from "./commands/runs";
import { sdkCommand } from "./commands/sdk";
import { storeCommand } from "./commands/store";
import { printError } from "./errors";

const COMMANDS: readonly Command[] = [
  runCommand,
  pipelinesCommand,
  runsCommand,
  artifactsCommand,
  modelsCommand,
  linkCommand,
  promoteCommand,
  execCommand,
  storeCommand,
  sdkCommand,
  initCommand,
];

/** Runs one command line and answers its exit status. Never throws. */
export async function runCli(
  args: readonly string[],
  context: CommandContext,
  version: string,
): Promise<number> {
  const [first, ...rest] = args;
  const { terminal } = context;
  if (first === "--version" || first === "-v") return say(version);
  if (first === undefined || first === "--help" || first === "-h")
    return say(overview(), first !== undefined);
  if (first === "help") return help(rest[0]);
  const command = COMMANDS.find(({ name }) => name === first);
  if (command === undefined) return unknown(first);
  if (asksForHelp(rest)) return say(helpOf(command));
  try {
    return await command.run(rest, context);
  } catch (error) {
    if (error instanceof UsageError) return wrongUsage(error.message, command);
    printError(error, terminal);
    return HeadraceError.is(error, "cancelled") ? EXIT.cancelled : EXIT.failed;
  }

  function say(text: string, wasAsked = true): number {
    if (wasAsked) terminal.out(text);
    else terminal.err(text);
    return wasAsked ? EXIT.done : EXIT.usage;
  }

  function help(name: string | undefined): number {
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (name !== undefined && command === undefined) return unknown(name);
    return say(command === undefined ? overview() : helpOf(command));
  }

  function unknown(name: string): number {
    terminal.err(`headrace: "${name}" is no command. "headrace --help" lists them.`);
    return EXIT.usage;
  }

  function wrongUsage(message: string, command: Command): number {
    terminal.err(`headrace ${command.name}: ${message}`);
    terminal.err(`usage: headrace ${command.name} ${command.synopsis}`);
    terminal.err(`"headrace ${command.name} --help" says more.`);
    return EXIT.usage;
  }
}

/** After `--` the words are another program's. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  return (
    own[0] === "--help" || own[0] === "-h" || (own.includes("--help") && end < 0 && own.at(-1) === "--help")
  );
}

function overview(): string {
  const widest = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(widest)}  ${summary}`);
  return [
    "headrace: runs machine-learning pipelines where they are written.",
    "",
    "usage: headrace COMMAND [options]",
    "",
    ...lines,
    "",
    '"headrace COMMAND --help" says more about a command; "headrace --version" prints the version.',
    "The workspace is --workspace DIR, else the nearest folder upwards that holds .headrace, else the current one.",
  ].join("\n");
}

function helpOf({ name, synopsis, help }: Command): string {
  return `usage: headrace ${name} ${synopsis}\n\n${help}`;
}
