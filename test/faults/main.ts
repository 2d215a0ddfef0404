/** `node --import tsx test/faults/main.ts --count N --seed S`: N random faults; case i has the seed S + i. */
import { parseArgs } from "node:util";
import { runFaults } from "./run";

const { values } = parseArgs({
  options: { count: { type: "string", default: "200" }, seed: { type: "string" } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
void runFaults(Number(values.count), seed, (line) => console.log(line)).then((failures) => {
  process.exitCode = failures.length === 0 ? 0 : 1;
});
