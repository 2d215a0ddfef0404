/**
 * A process with a real engine that runs a real pipeline: says which outputs it was told are done, until it is killed. Started
 * by `engines.ts` as `node engineWriter.js '<plan>'`.
 */
import fs from "node:fs";
import path from "node:path";
import { openEngine } from "../../src/engine/open";

export interface EnginePlan {
  readonly workspace: string;
  readonly root: string;
  readonly file: string;
  readonly python: string;
  readonly noCache: boolean;
}

async function main({ workspace, root, file, python, noCache }: EnginePlan): Promise<void> {
  const say = (line: string): void => void fs.writeSync(1, `${line}\n`);
  const engine = await openEngine({
    workspace,
    store: path.join(workspace, ".headrace"),
    extensionRoot: root,
    keepsSpare: false,
  });
  engine.onLive((event) => {
    if (event.type === "run.created") say(`run ${event.runId}`);
    if (event.type !== "step.finished") return;
    for (const { artifactVersionId } of engine.reader.step(event.stepRunId)?.outputs ?? []) {
      const version = engine.reader.artifactVersion(artifactVersionId);
      say(`done ${artifactVersionId} ${version?.digest ?? ""}`);
    }
  });
  say("open");
  const run = await engine.run({ file, pipeline: null, origin: "api", python, noCache }).finished;
  say(`ended ${run.status}`);
  await engine.close();
  process.exit(0);
}

void main(JSON.parse(process.argv[2] ?? "") as EnginePlan);
