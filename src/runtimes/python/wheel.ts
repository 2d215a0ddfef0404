/**
 * The SDK as a wheel, for interpreters whose processes inherit nothing from Headrace: notebook kernels, schedulers, IDEs.
 *
 * Everything lies in one folder of its own, which a `.pth` file puts on the path: an installed ZenML is never overwritten, and
 * answers where Headrace has no part. What `import zenml` gives follows from where the process is, unless HEADRACE_ZENML says it.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { zip } from "./zip";
import type { ZipEntry } from "./zip";

/** Where the SDK lies among an environment's packages. */
export const SDK_FOLDER = "headrace_sdk";

/** How far above its own folder a process looks for that of a store. */
const DEPTH = 16;

/**
 * One line, as `.pth` files want; `sitedir` is the caller's variable. Our folder comes first where Headrace is asked for, or, when
 * nothing is, in and below folders that Headrace keeps a store in; last otherwise.
 */
const PATH_LINE = [
  "import os, sys",
  `_d = os.path.join(sys._getframe(1).f_locals["sitedir"], ${JSON.stringify(SDK_FOLDER)})`,
  '_z = os.environ.get("HEADRACE_ZENML", "")',
  `_h = any(os.path.isdir(os.path.join(*[os.pardir] * n, ".headrace")) for n in range(${DEPTH}))`,
  'sys.path[:] = [_d, *sys.path] if _z == "headrace" or _h and not _z else [*sys.path, _d]',
  'sys.path.append(os.path.join(_d, "fallback"))',
].join("; ");

/** Writes the wheel into a folder and answers its path. */
export async function writeWheel(sdk: string, version: string, folder: string): Promise<string> {
  const file = path.join(folder, `headrace-${version}-py3-none-any.whl`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, zip(await wheelEntries(sdk, version)));
  return file;
}

async function wheelEntries(sdk: string, version: string): Promise<readonly ZipEntry[]> {
  const info = `headrace-${version}.dist-info`;
  const files: ZipEntry[] = [
    ...(await sdkEntries(sdk)),
    text("headrace.pth", `${PATH_LINE}\n`),
    text(`${info}/METADATA`, metadata(version)),
    text(
      `${info}/WHEEL`,
      "Wheel-Version: 1.0\nGenerator: headrace\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    ),
  ];
  const record = `${info}/RECORD`;
  const lines = files.map(({ name, content }) => `${name},sha256=${digestOf(content)},${content.length}`);
  return [...files, text(record, [...lines, `${record},,`, ""].join("\n"))];
}

async function sdkEntries(sdk: string): Promise<readonly ZipEntry[]> {
  const found = await readdir(sdk, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile() && (entry.name.endsWith(".py") || entry.name === "py.typed"))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    files.map(async (file) => ({
      name: [SDK_FOLDER, ...path.relative(sdk, file).split(path.sep)].join("/"),
      content: await readFile(file),
    })),
  );
}

function metadata(version: string): string {
  return [
    "Metadata-Version: 2.1",
    "Name: headrace",
    `Version: ${version}`,
    "Summary: Machine-learning pipelines that run where they are written; answers to the ZenML API",
    "License: Apache-2.0",
    "Requires-Python: >=3.9",
    "",
    "The Python side of the VS Code extension Headrace. It needs the extension, or its command line, to run pipelines.",
    "",
  ].join("\n");
}

function text(name: string, content: string): ZipEntry {
  return { name, content: Buffer.from(content, "utf8") };
}

function digestOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("base64url");
}
