/** Starts VS Code's server for one test: a fresh data folder, its own port, ended with everything that it started. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { installServer } from "./install";

export interface ServerOptions {
  /** Workspace Trust is off unless this is set. */
  readonly trust?: boolean;
  /** Packaged extensions to install first. */
  readonly vsix?: readonly string[];
  /** A folder of installed extensions, in place of one of its own. */
  readonly extensions?: string;
  /** Added to the settings of the machine. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Kept after the end, to start again on the same data. */
  readonly dataFolder?: string;
  readonly port?: number;
  /** Honours `payload` in addresses, and shows no messages: for tests inside the extension host, not for people. */
  readonly automation?: boolean;
}

export interface VSCodeServer {
  readonly origin: string;
  readonly port: number;
  readonly dataFolder: string;
  /** The workbench's address for a folder or a `.code-workspace` file, with extensions under development and tests in its payload. */
  address(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** What the server printed, for a failing test. */
  output(): string;
  stop(): Promise<void>;
}

const QUIET_SETTINGS = {
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "files.autoSave": "off",
  "npm.autoDetect": "off",
  "files.simpleDialog.enable": true,
  "window.dialogStyle": "custom",
  "workbench.tips.enabled": false,
};

export async function startServer(options: ServerOptions = {}): Promise<VSCodeServer> {
  const { node, main } = await installServer();
  const dataFolder = options.dataFolder ?? (await mkdtemp(path.join(tmpdir(), "headrace-vscode-")));
  const extensions = options.extensions ?? path.join(dataFolder, "extensions");
  await mkdir(path.join(dataFolder, "data/Machine"), { recursive: true });
  await writeFile(
    path.join(dataFolder, "data/Machine/settings.json"),
    JSON.stringify({ ...QUIET_SETTINGS, ...options.settings }),
  );
  if (options.vsix !== undefined) await installExtensions(options.vsix, extensions);
  const args = [
    main,
    "--host",
    "127.0.0.1",
    "--port",
    String(options.port ?? 0),
    "--without-connection-token",
  ];
  if (options.automation === true) args.push("--enable-smoke-test-driver");
  args.push(
    "--reconnection-grace-time",
    "0",
    "--telemetry-level",
    "off",
    ...foldersOf(dataFolder, extensions),
  );
  if (options.trust !== true) args.push("--disable-workspace-trust");
  const child = spawn(node, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, VSCODE_SKIP_PRELAUNCH: "1", ...options.env },
    detached: process.platform !== "win32",
  });
  const printed: string[] = [];
  const port = await listeningPort(child, printed);
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    port,
    dataFolder,
    address: (folder, payload = []) => {
      const pairs = JSON.stringify(payload);
      const what = folder.endsWith(".code-workspace") ? "workspace" : "folder";
      return `${origin}/?${what}=${encodeURIComponent(folder)}&payload=${encodeURIComponent(pairs)}`;
    },
    output: () => printed.join(""),
    stop: async () => {
      await endGroup(child);
      if (options.dataFolder === undefined)
        await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Puts packaged extensions into a folder, which servers may share. */
export async function installExtensions(vsix: readonly string[], extensions: string): Promise<void> {
  const { node, main } = await installServer();
  const data = await mkdtemp(path.join(tmpdir(), "headrace-install-"));
  const wanted = vsix.flatMap((file) => ["--install-extension", file]);
  const child = spawn(node, [main, ...wanted, ...foldersOf(data, extensions)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  await finished(child, `installing ${vsix.join(", ")}`);
  await rm(data, { recursive: true, force: true, maxRetries: 5 });
}

function foldersOf(data: string, extensions: string): string[] {
  return ["--server-data-dir", data, "--extensions-dir", extensions, "--accept-server-license-terms"];
}

function listeningPort(child: ChildProcess, printed: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      printed.push(chunk.toString());
      const found = /(?:Web UI available at \S*?:|Extension host agent listening on )(\d+)/.exec(
        printed.join(""),
      );
      if (found?.[1] !== undefined) resolve(Number(found[1]));
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.on("error", reject);
    child.on("exit", (code) => {
      reject(new Error(`The VS Code server ended with ${String(code)}:\n${printed.join("")}`));
    });
  });
}

function finished(child: ChildProcess, what: string): Promise<void> {
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => printed.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${what} ended with ${String(code)}:\n${printed.join("")}`));
    });
  });
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  signal(child, "SIGTERM");
  const killer = setTimeout(() => signal(child, "SIGKILL"), 5_000);
  await gone;
  clearTimeout(killer);
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (process.platform === "win32" || child.pid === undefined) child.kill(name);
    else process.kill(-child.pid, name);
  } catch {
    // The group has ended by itself.
  }
}
