/** The packaged extension and those of the tests, installed once for all windows that the tests of one package open. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { installExtensions } from "../vscode/server";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../..");
const installed = path.join(root, "out/e2e");

/** The folder that VS Code's server takes its extensions from: ours, and those of these folders in test/e2e. */
export async function installedExtensions(names: readonly string[]): Promise<string> {
  const vsix = await packagedExtension();
  const build = await digest([vsix]);
  const sources = await Promise.all(names.map((name) => sourcesOf(name)));
  const folder = path.join(installed, `${build}-${await digest(sources.flat())}`);
  if (existsSync(folder)) return folder;
  await removeOthers(build);
  const made = `${folder}.${process.pid}`;
  await mkdir(made, { recursive: true });
  const packages = await Promise.all(names.map((name) => packed(name, made)));
  await installExtensions([vsix, ...packages], made);
  // Where another process was first, its folder is as good.
  await rename(made, folder).catch(() => rm(made, { recursive: true }));
  return folder;
}

async function packagedExtension(): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as {
    name: string;
    version: string;
  };
  const vsix = path.join(root, "out", `${manifest.name}-${manifest.version}.vsix`);
  if (!existsSync(vsix)) throw new Error(`${vsix} is not there: run \`npm run package\` first.`);
  return vsix;
}

async function digest(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file} ${(await stat(file)).mtimeMs}\n`);
  return hash.digest("hex").slice(0, 12);
}

async function sourcesOf(name: string): Promise<string[]> {
  const folder = path.join(root, "test/e2e", name);
  return (await readdir(folder)).map((file) => path.join(folder, file));
}

/** What was installed of an earlier package. */
async function removeOthers(build: string): Promise<void> {
  await mkdir(installed, { recursive: true });
  for (const name of await readdir(installed))
    if (!name.startsWith(build)) await rm(path.join(installed, name), { recursive: true, force: true });
}

/** An extension of the tests as a package, such as the one that answers `ask`. */
async function packed(name: string, into: string): Promise<string> {
  const vsix = path.join(into, `${name}.vsix`);
  const vsce = path.join(root, "node_modules/@vscode/vsce/vsce");
  const args = [
    "package",
    "--no-dependencies",
    "--allow-missing-repository",
    "--skip-license",
    "--out",
    vsix,
  ];
  await run(process.execPath, [vsce, ...args], { cwd: path.join(root, "test/e2e", name) });
  return vsix;
}
