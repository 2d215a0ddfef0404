/** Opens a workspace as a window does, looks at its first pages, and prints the process's memory before and after, in megabytes. */
import path from "node:path";
import { openEngine } from "../../src/engine/open";
import { ROOT } from "./bench";
import { firstPages } from "./store.bench";

async function main(workspace: string): Promise<void> {
  const before = resident();
  const engine = await openEngine({
    workspace,
    store: path.join(workspace, ".headrace"),
    extensionRoot: ROOT,
    keepsSpare: false,
  });
  for (const page of firstPages(engine)) page();
  const after = resident();
  await engine.close();
  console.log(`${before} ${after}`);
}

function resident(): number {
  for (let i = 0; i < 4; i += 1) global.gc?.();
  return process.memoryUsage.rss() / 1024 / 1024;
}

void main(process.argv[2] ?? "");
