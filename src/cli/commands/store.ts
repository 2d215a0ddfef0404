/** `headrace store`: looks after the files of the store. */
import { existsSync } from "node:fs";
import type { Payloads } from "../../artifacts/payloads";
import { HeadraceError } from "../../core/errors";
import { checkStore, cleanStore, compactStore, rebuildStore } from "../../store/maintenance";
import { storedPayloads } from "../../engine/storedPayloads";
import { openStore } from "../../store/open";
import type { OpenedStore } from "../../store/open";
import { EXIT, UsageError, parse, positionals } from "../command";
import type { Command } from "../command";
import type { Terminal } from "../terminal";
import { bytes, count, printable } from "../text";
import { storeFolderOf, workspaceOf } from "../workspace";

const help = `Looks after the store in .headrace:

  check    reads everything, journal, snapshots and payloads, and says what is wrong; changes nothing
  compact  compresses the journal and writes a snapshot; nothing is forgotten
  rebuild  makes the state anew from what is whole, and keeps damaged files beside, renamed
  clean    shows which payloads no artifact version refers to, and how large they are; with --yes, removes them

Options:
  --yes            for clean: remove what it shows
  --workspace DIR  the folder that holds .headrace
  --json           the report as one JSON object: {"check": {…}}, {"compact": {…}} …

Exit status: 1 when check finds a problem.`;

interface Work {
  readonly store: OpenedStore;
  readonly payloads: Payloads;
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly yes: boolean;
}

const ACTIONS: Readonly<Record<string, (work: Work) => Promise<number>>> = { check, compact, rebuild, clean };

export const storeCommand: Command = {
  name: "store",
  synopsis: "check | compact | rebuild | clean [--yes] [--json]",
  summary: "check, compact, rebuild or clean the store",
  help,
  async run(args, context) {
    const { values, positionals: rest } = parse(args, { yes: { type: "boolean" } });
    const [name = ""] = positionals(rest, ["ACTION"], 1);
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined)
      throw new UsageError(`"${name}" is none of ${Object.keys(ACTIONS).join(", ")}.`);
    const folder = storeFolderOf(workspaceOf(context.cwd, values.workspace, undefined));
    if (!existsSync(folder)) {
      const advice = 'Name the workspace with --workspace. The first "headrace run" makes its store.';
      throw new HeadraceError("not-found", `There is no store at ${folder}.`, { advice });
    }
    const store = await openStore({ folder });
    try {
      const payloads = storedPayloads(store);
      const { terminal } = context;
      return await action({
        store,
        payloads,
        terminal,
        json: values.json === true,
        yes: values.yes === true,
      });
    } finally {
      await store.close();
    }
  },
};

async function check({ store, payloads, terminal, json }: Work): Promise<number> {
  const report = await checkStore(store, payloads);
  const isSound = report.problems.length === 0;
  if (json) {
    terminal.out(JSON.stringify({ check: report }));
    return isSound ? EXIT.done : EXIT.failed;
  }
  for (const problem of report.problems) terminal.out(`${terminal.paint("red", "✗")} ${printable(problem)}`);
  for (const note of report.notes) terminal.out(`${terminal.paint("yellow", "!")} ${printable(note)}`);
  const { transactions, payloads: checked } = report;
  const read = `${count(transactions, "transaction")} and ${count(checked, "payload")} read`;
  if (isSound) terminal.out(`${terminal.paint("green", "✓")} The store is sound: ${read}.`);
  else
    terminal.err(
      `${count(report.problems.length, "problem")} found, ${read}. "headrace store rebuild" mends what can be.`,
    );
  return isSound ? EXIT.done : EXIT.failed;
}

async function compact({ store, terminal, json }: Work): Promise<number> {
  const report = await compactStore(store);
  const { bytesBefore, bytesAfter } = report;
  if (json) terminal.out(JSON.stringify({ compact: report }));
  else terminal.out(`Journal and snapshots: ${bytes(bytesBefore)} before, ${bytes(bytesAfter)} now.`);
  return EXIT.done;
}

async function rebuild({ store, terminal, json }: Work): Promise<number> {
  const report = await rebuildStore(store);
  const { transactions, lost, base } = report;
  if (json) {
    terminal.out(JSON.stringify({ rebuild: report }));
    return EXIT.done;
  }
  const from = base === null ? "its journal" : `the snapshot after transaction ${base} and the journal`;
  terminal.out(`The store was made anew from ${from}: ${count(transactions, "transaction")}.`);
  if (lost.length > 0) terminal.err(`Nothing could be recovered of transaction ${lost.join(", ")}.`);
  return EXIT.done;
}

async function clean({ store, payloads, terminal, json, yes }: Work): Promise<number> {
  const report = await cleanStore(store, payloads, { dryRun: !yes });
  if (json) {
    terminal.out(JSON.stringify({ clean: report }));
    return EXIT.done;
  }
  for (const { digest, bytes: size } of report.payloads) terminal.out(`${digest}  ${bytes(size)}`);
  const what = `${count(report.payloads.length, "payload")} (${bytes(report.bytes)}) that nothing refers to`;
  if (report.payloads.length === 0) terminal.out("Every payload is referred to: there is nothing to clean.");
  else if (report.removed) terminal.out(`Removed ${what}.`);
  else terminal.err(`Found ${what}. "headrace store clean --yes" removes them.`);
  return EXIT.done;
}
