/** Runs cases, some at a time: each has a store of its own and can be had again by its seed alone. */
import { drawEngineScenario } from "./engines";
import { Random } from "./random";
import { drawScenario, type Scenario } from "./scenarios";

export interface Failure {
  readonly seed: number;
  readonly name: string;
  readonly error: unknown;
}

/** What is harmed: the store alone, or an engine that runs a pipeline. */
export type Layer = "store" | "engine";
const layers: Readonly<Record<Layer, { readonly draw: Draw; readonly parallel: number }>> = {
  store: { draw: drawScenario, parallel: 4 },
  engine: { draw: drawEngineScenario, parallel: 2 },
};
type Draw = (random: Random) => { readonly name: string; readonly scenario: Scenario };

export async function runFaults(
  layer: Layer,
  count: number,
  seed: number,
  say: (line: string) => void,
): Promise<readonly Failure[]> {
  const { draw, parallel } = layers[layer];
  const failures: Failure[] = [];
  const drawn = new Map<string, number>();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await runCase(next++);
  };
  const runCase = async (index: number): Promise<void> => {
    const random = new Random(seed + index);
    const { name, scenario } = draw(random);
    drawn.set(name, (drawn.get(name) ?? 0) + 1);
    try {
      await scenario(random);
    } catch (error) {
      failures.push({ seed: seed + index, name, error });
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      say(`FAILED ${name}; again with --layer ${layer} --count 1 --seed ${seed + index}\n${text}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  const kinds = [...drawn].map(([name, times]) => `${name} ${times}`).join(", ");
  say(`${count} ${layer} faults from seed ${seed} (${kinds}): ${failures.length} failed`);
  return failures;
}
