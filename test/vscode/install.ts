/**
 * Puts a real VS Code where no desktop build can be downloaded: its server and web workbench come from the registry
 * package `code-server`, the Node that it needs from another. Everything lies in `.vscode-test/` and is installed once.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const CODE_SERVER_VERSION = "4.139.1";
const NODE_VERSION = "24.21.0";
const repository = path.resolve(import.meta.dirname, "../..");

export interface ServerInstallation {
  readonly node: string;
  /** `server-main.js` of VS Code's own server. */
  readonly main: string;
}

function nodePackage(): string {
  const platform = process.platform === "win32" ? "win" : process.platform;
  return `node-${platform}-${process.arch}`;
}

export async function installServer(log: (line: string) => void = console.log): Promise<ServerInstallation> {
  const folder = path.join(repository, ".vscode-test", `server-${CODE_SERVER_VERSION}`);
  const vscode = path.join(folder, "node_modules/code-server/lib/vscode");
  const installation: ServerInstallation = {
    node: path.join(
      folder,
      "node_modules",
      nodePackage(),
      "bin",
      process.platform === "win32" ? "node.exe" : "node",
    ),
    main: path.join(vscode, "out/server-main.js"),
  };
  const complete = path.join(folder, "complete");
  if (existsSync(complete) && (await readFile(complete, "utf8")) === NODE_VERSION) return installation;

  log(`Installing a VS Code server (${CODE_SERVER_VERSION}) into .vscode-test/; this happens once.`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const dependencies = { "code-server": CODE_SERVER_VERSION, [nodePackage()]: NODE_VERSION };
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  const flags = ["install", "--ignore-scripts", "--no-audit", "--no-fund"];
  await npm(flags, folder);
  await npm([...flags, "--omit=dev", "--legacy-peer-deps"], vscode);
  await writeFile(complete, NODE_VERSION);
  return installation;
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  await run("npm", args, { cwd, shell: process.platform === "win32", maxBuffer: 1 << 26 });
}
