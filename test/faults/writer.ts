/**
 * A process that commits: says what it was told is done, and dies where its plan says so. Started by the harness as
 * `node writer.js '<plan>'`.
 */
import fs from "node:fs";
import { openStore } from "../../src/store/open";
import { addVersion } from "../unit/store/support";
import { faultyFiles, type Fault } from "./faultyFiles";

export interface Plan {
  readonly folder: string;
  readonly artifactId: string;
  readonly commits: number;
  /** How many commits are asked for at once. */
  readonly together: number;
  readonly fault: Fault | null;
  /** Write a snapshot at the end. */
  readonly close: boolean;
  /** How far its clock jumps, there and back, with every commit. */
  readonly clockYears: number;
}

const YEAR_MS = 365 * 24 * 3_600_000;

async function main(plan: Plan): Promise<void> {
  const say = (line: string): void => void fs.writeSync(1, `${line}\n`);
  const files = plan.fault === null ? {} : { files: faultyFiles(plan.fault, () => say("fault")) };
  const store = await openStore({ folder: plan.folder, lockTimeoutMs: 60_000, ...files });
  say("open");
  const now = Date.now.bind(Date);
  let calls = 0;
  if (plan.clockYears !== 0) Date.now = () => now() + (calls++ % 2) * plan.clockYears * YEAR_MS;
  for (let done = 0; done < plan.commits; done += plan.together) {
    const asked = Array.from({ length: plan.together }, async () => {
      say(`done ${await addVersion(store, plan.artifactId)}`);
    });
    await Promise.all(asked);
  }
  if (plan.close) await store.close();
  say("end");
  process.exit(0);
}

void main(JSON.parse(process.argv[2] ?? "") as Plan);
