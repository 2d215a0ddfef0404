/** Who a process is, beyond its number: numbers are used again. */
import fs from "node:fs";
import os from "node:os";

export interface ProcessIdentity {
  readonly pid: number;
  /**
   * Tells this process from a later one with the same number. On Linux `linux:<boot>:<pid namespace>:<start in ticks>`, elsewhere
   * `<platform>:<start in milliseconds since the machine's own>`, which no change of the clock touches.
   */
  readonly started: string;
  readonly host: string;
}

/** How far two readings of how long the machine runs may differ. */
const BOOT_SLACK_MS = 2_000;

let self: ProcessIdentity | undefined;

export function thisProcess(): ProcessIdentity {
  self ??= { pid: process.pid, started: startOf(process.pid) ?? ownStart(), host: os.hostname() };
  return self;
}

/**
 * Whether a process is surely gone. When that can't be known (another machine, another container) the answer is no:
 * what a living process holds must never be taken from it. A stopped process lives.
 */
export function isGone(identity: ProcessIdentity): boolean {
  const theirs = parse(identity.started);
  const ours = parse(thisProcess().started);
  if (theirs.system !== ours.system) return false;
  if (theirs.system === "linux") {
    if (theirs.boot !== ours.boot) return identity.host === thisProcess().host;
    if (theirs.space !== ours.space) return false;
    return startOf(identity.pid) !== identity.started;
  }
  if (identity.host !== thisProcess().host) return false;
  if (!exists(identity.pid)) return true;
  // The number is in use, by that process for all that is known: unless the machine was started anew since.
  return Number(theirs.at) > os.uptime() * 1000 + BOOT_SLACK_MS;
}

interface Started {
  readonly system: string;
  readonly boot?: string;
  readonly space?: string;
  readonly at: string;
}

function parse(started: string): Started {
  const [system = "", ...rest] = started.split(":");
  if (system !== "linux") return { system, at: rest[0] ?? "" };
  return { system, boot: rest[0] ?? "", space: rest[1] ?? "", at: rest[2] ?? "" };
}

function ownStart(): string {
  return `${process.platform}:${Math.round((os.uptime() - process.uptime()) * 1000)}`;
}

/** The identity of a process of this machine; null when there is none or it can't be told. */
function startOf(pid: number): string | null {
  if (process.platform !== "linux") return null;
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may hold anything: the numbers begin after the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, ticks] = [fields[0], fields[19]];
    if (ticks === undefined || state === "Z" || state === "X") return null;
    return `linux:${boot()}:${ticks}`;
  } catch {
    return null;
  }
}

let bootText: string | undefined;

/** The boot of the machine and the namespace that process numbers are counted in. */
function boot(): string {
  if (bootText === undefined) {
    const id = fs.readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    const space = /\d+/.exec(fs.readlinkSync("/proc/self/ns/pid"))?.[0] ?? "";
    bootText = `${id}:${space}`;
  }
  return bootText;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
