/** Places the payloads that it is told of, one after the other, as soon as standard input says to begin; for two that race. */
import { once } from "node:events";
import { Payloads } from "../../../src/artifacts/payloads";
import type { FileTexts } from "../../../src/core/manifest";

interface Task {
  readonly artifacts: string;
  readonly tmp: string;
  readonly sent: readonly { readonly digest: string; readonly content: FileTexts }[];
}

async function main(): Promise<void> {
  process.send?.("ready");
  const [task] = (await once(process, "message")) as [Task];
  const payloads = new Payloads(task, { owner: { pid: process.pid } });
  for (const { digest, content } of task.sent) {
    const { held } = await payloads.place(payloads.prepare(), digest, content);
    // The other has it in place already.
    if (held === null) continue;
    const { problem } = await payloads.held.keep([digest]);
    if (problem !== null) throw problem;
  }
  await payloads.dispose();
  process.disconnect();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
