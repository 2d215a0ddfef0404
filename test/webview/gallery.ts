/** A workspace whose store holds an artifact of every kind, several runs and model versions: made by Python, as users make them. */
import { cpSync, mkdirSync } from "node:fs";
import path from "node:path";
import type { ArtifactVersion, ModelVersion, Run } from "../../src/core/entities";
import type { JsonObject } from "../../src/core/json";
import type { Engine } from "../../src/engine/api";
import { openEngine } from "../../src/engine/open";
import { root } from "./bundle";

export const PYTHON = process.env["HEADRACE_TEST_PYTHON"] ?? path.join(root, ".venv", "bin", "python");

export class Gallery {
  private constructor(readonly engine: Engine) {}

  /** Opens a folder with what was run there before; nothing, when it is new. */
  static async open(folder: string): Promise<Gallery> {
    mkdirSync(folder, { recursive: true });
    cpSync(path.join(root, "test/webview/fixtures"), folder, { recursive: true });
    const engine = await openEngine({
      workspace: folder,
      store: path.join(folder, ".headrace"),
      extensionRoot: root,
      keepsSpare: true,
    });
    return new Gallery(engine);
  }

  async run(pipeline: "gallery" | "training", parameters: JsonObject = {}): Promise<Run> {
    const { engine } = this;
    const file = path.join(engine.workspace, `${pipeline}.py`);
    const { finished } = engine.run({ file, pipeline: null, parameters, origin: "api", python: PYTHON });
    const run = await finished;
    if (run.status !== "completed") throw new Error(`The fixture ${pipeline} ended as ${run.status}.`);
    return run;
  }

  /** Three runs of the training, each better than the one before. */
  async train(): Promise<readonly Run[]> {
    const runs: Run[] = [];
    for (const parameters of [
      { depth: 1, trees: 2 },
      { depth: 2, trees: 10 },
      { depth: 4, trees: 40, share: 0.6 },
    ])
      runs.push(await this.run("training", parameters));
    return runs;
  }

  /** The newest version of an artifact. */
  newest(name: string): ArtifactVersion {
    return this.versions(name)[0] ?? fail(name);
  }

  versions(name: string): readonly ArtifactVersion[] {
    const artifact = this.engine.reader.artifact(name) ?? fail(name);
    return this.engine.reader.artifactVersions(artifact.id).items;
  }

  model(name: string): readonly ModelVersion[] {
    const model = this.engine.reader.model(name) ?? fail(name);
    return this.engine.reader.modelVersions(model.id).items;
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}

function fail(name: string): never {
  throw new Error(`The gallery has no ${name}.`);
}
