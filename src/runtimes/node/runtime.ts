/** Node as the engine sees it: which executable runs a file, and how a worker of ours is started with it. */
import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { HeadraceError } from "../../core/errors";
import type { JsonObject } from "../../core/json";
import { HostedRuntime } from "../hostedRuntime";
import type { Finder, HostedRuntimeOptions } from "../hostedRuntime";
import type { Launch, Lost } from "../hostedWorker";

/** The oldest Node that the worker runs on. */
const OLDEST = 20;
const PROBE_DEADLINE_MS = 10_000;

export interface NodeProgram {
  readonly command: string;
  /** How it was found, to be read after "from": `PATH`. */
  readonly origin: string;
  /** It is an Electron that has to be told to be Node. */
  readonly electron: boolean;
}

export interface NodeRuntimeOptions extends HostedRuntimeOptions {
  /** The worker's script: {@link nodeWorkerFile}. */
  readonly script: string;
}

export class NodeRuntime extends HostedRuntime<NodeProgram> {
  constructor(options: NodeRuntimeOptions) {
    super(finder(options.script), options);
  }
}

/** The worker, as built. */
export function nodeWorkerFile(extensionRoot: string): string {
  return path.join(extensionRoot, "dist", "node-worker.js");
}

/** What Node is to import first in the user's own scripts: an address, in which a space can stand. */
export function nodePreload(extensionRoot: string): string {
  return pathToFileURL(path.join(extensionRoot, "dist", "sdk", "node", "register.js")).href;
}

function finder(script: string): Finder<NodeProgram> {
  return {
    language: "node",
    title: "Node.js",
    find: findNode,
    launch: (program) => nodeLaunch(program, script),
    stampOf: (program) => Promise.resolve(`${program.command}\u0000${modified(script)}`),
    describe: async ({ command, origin }): Promise<JsonObject> => ({
      interpreter: command,
      origin,
      version: await versionOf(command).catch(() => "unknown"),
    }),
  };
}

/** `node` on PATH if it is new enough, else the program that runs this: Node itself, or VS Code's Electron. */
export async function findNode(): Promise<NodeProgram> {
  const found = onPath();
  if (found !== null) {
    const program = { command: found, origin: "PATH", electron: false };
    if (found === process.execPath) return program;
    const version = await versionOf(found).catch(() => "0");
    if (majorOf(version) >= OLDEST) return program;
  }
  const electron = process.versions["electron"] !== undefined;
  return { command: process.execPath, origin: electron ? "VS Code" : "the running program", electron };
}

function onPath(): string | null {
  const name = process.platform === "win32" ? "node.exe" : "node";
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    if (folder === "") continue;
    const candidate = path.join(folder, name);
    if (statSync(candidate, { throwIfNoEntry: false })?.isFile() === true) return candidate;
  }
  return null;
}

const run = promisify(execFile);
const versions = new Map<string, Promise<string>>();

function versionOf(command: string): Promise<string> {
  const key = `${command}\u0000${modified(command)}`;
  const asked = versions.get(key) ?? askVersion(command);
  versions.set(key, asked);
  return asked;
}

async function askVersion(command: string): Promise<string> {
  if (command === process.execPath) return process.versions.node;
  const { stdout } = await run(command, ["--version"], { timeout: PROBE_DEADLINE_MS, windowsHide: true });
  return stdout.trim().replace(/^v/, "");
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function majorOf(version: string): number {
  return Number(version.split(".")[0]);
}

export function nodeLaunch({ command, origin, electron }: NodeProgram, script: string): Launch {
  if (!existsSync(script)) {
    throw new HeadraceError("internal", `The worker for TypeScript is missing: ${script}.`, {
      advice: "Build the extension (npm run build), or install it again.",
    });
  }
  const place = `${command}, from ${origin}`;
  const requireVersion = (version: string): void => {
    if (majorOf(version) >= OLDEST) return;
    throw new HeadraceError("interpreter-too-old", `Node.js ${version} is too old: ${place}.`, {
      advice: `Headrace needs Node.js ${OLDEST} or newer. Install it, or put it first on PATH.`,
    });
  };
  const inherited = { ...process.env };
  // The extension host sets it for its own children; a real Node must not inherit it.
  delete inherited["ELECTRON_RUN_AS_NODE"];
  return {
    language: "node",
    title: "Node.js",
    place,
    command,
    args: ["--no-warnings", script],
    environment: electron ? { ...inherited, ELECTRON_RUN_AS_NODE: "1" } : inherited,
    requireVersion,
    requireSuitable: async () => requireVersion(await versionOf(command)),
    explained: (failure) => failure,
    adviceFor,
  };
}

function adviceFor({ code, signal, stderr }: Lost): string | null {
  if (/heap out of memory|Allocation failed/.test(stderr)) {
    return "It ran out of memory. Hold less at once, or allow more: NODE_OPTIONS=--max-old-space-size=8192.";
  }
  return signal === null
    ? `Something ended the process with code ${code ?? "unknown"}: throw an error instead.`
    : null;
}
