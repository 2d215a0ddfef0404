/** Runs cases, some at a time: each has a store of its own and can be had again by its seed alone. */
import { Random } from "./random";
import { drawScenario } from "./scenarios";

export interface Failure {
  readonly seed: number;
  readonly name: string;
  readonly error: unknown;
}

const PARALLEL = 4;

export async function runFaults(
  count: number,
  seed: number,
  say: (line: string) => void,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const drawn = new Map<string, number>();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await runCase(next++);
  };
  const runCase = async (index: number): Promise<void> => {
    const random = new Random(seed + index);
    const { name, scenario } = drawScenario(random);
    drawn.set(name, (drawn.get(name) ?? 0) + 1);
    try {
      await scenario(random);
    } catch (error) {
      failures.push({ seed: seed + index, name, error });
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      say(`FAILED ${name}; again with --count 1 --seed ${seed + index}\n${text}`);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  const kinds = [...drawn].map(([name, times]) => `${name} ${times}`).join(", ");
  say(`${count} faults from seed ${seed} (${kinds}): ${failures.length} failed`);
  return failures;
}
