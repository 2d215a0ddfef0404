/** A real engine with the real Node worker, bundled once as it ships, in a workspace that the test writes. */
import { build } from "esbuild";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import type { TestContext } from "node:test";
import type { ArtifactVersion, StepRun } from "../../../src/core/entities";
import type { Preview } from "../../../src/core/preview";
import { openEngine } from "../../../src/engine/open";
import type { Engine, RunHandle, RunRequest } from "../../../src/engine/api";

const root = path.resolve(import.meta.dirname, "../../..");
export const python = process.env["HEADRACE_TEST_PYTHON"] ?? path.join(root, ".venv/bin/python");
let bundled: Promise<string> | null = null;

/** A folder like the extension's: `dist/node-worker.js`, and the other scripts. */
export function extensionRoot(): Promise<string> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "headrace-extension-"));
  const bundles = {
    "node-worker": "worker/main.ts",
    "sdk/node/headrace/index": "api/index.ts",
    "sdk/node/register": "script/register.ts",
    "sdk/node/hooks": "script/hooks.ts",
  };
  const source = path.join(root, "src/runtimes/node");
  await build({
    entryPoints: Object.entries(bundles).map(([out, file]) => ({ in: path.join(source, file), out })),
    outdir: path.join(folder, "dist"),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "error",
  });
  await cp(path.join(source, "sdk"), path.join(folder, "dist/sdk/node"), { recursive: true });
  await symlink(path.join(root, "src/runtimes/python/sdk"), path.join(folder, "dist/sdk/python"), "junction");
  return folder;
}

test.after(async () => {
  if (bundled !== null) await rm(await bundled, { recursive: true, force: true });
});

export class Workspace {
  readonly folder: string;
  readonly engine: Engine;

  static async open(context: TestContext, files: Readonly<Record<string, string>>): Promise<Workspace> {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), "headrace-node-")));
    const engine = await openEngine({
      workspace: folder,
      store: path.join(folder, ".headrace"),
      extensionRoot: await extensionRoot(),
      keepsSpare: false,
    });
    context.after(async () => {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    });
    const workspace = new Workspace(folder, engine);
    await workspace.write(files);
    return workspace;
  }

  private constructor(folder: string, engine: Engine) {
    this.folder = folder;
    this.engine = engine;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }

  /** Runs a pipeline to its end; its steps by invocation. */
  async run(file: string, pipeline: string | null = null): Promise<Readonly<Record<string, StepRun>>> {
    const run = await this.start(file, pipeline).finished;
    return Object.fromEntries(this.engine.reader.steps(run.id).map((step) => [step.invocation, step]));
  }

  start(file: string, pipeline: string | null = null, options: Partial<RunRequest> = {}): RunHandle {
    const request = { file: path.join(this.folder, file), pipeline, python, ...options };
    return this.engine.run({ ...request, origin: "api" });
  }

  /** What is shown of an artifact version. */
  async preview({ id }: ArtifactVersion): Promise<Preview> {
    const folder = this.engine.payloadFolder(id) ?? "";
    const read = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(path.join(folder, name), "utf8"));
    const { preview } = (await read("manifest.json")) as { preview?: Preview };
    return preview ?? ((await read("preview.json")) as Preview);
  }

  /** The only artifact version that a step made under this name, or the last one of several. */
  made(step: StepRun | undefined, output: string): ArtifactVersion {
    const found = step?.outputs.findLast((made) => made.output === output)?.artifactVersionId;
    const version = found === undefined ? null : this.engine.reader.artifactVersion(found);
    if (version === null)
      throw new Error(`No output ${output}: ${step?.failure?.traceback ?? step?.status ?? "no step"}`);
    return version;
  }
}
