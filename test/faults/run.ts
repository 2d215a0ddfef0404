/** Runs cases one after the other; each can be had again by its seed alone. */
import { Random } from "./random";
import { drawScenario } from "./scenarios";

export interface Failure {
  readonly seed: number;
  readonly name: string;
  readonly error: unknown;
}

export async function runFaults(
  count: number,
  seed: number,
  say: (line: string) => void,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const drawn = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
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
  }
  const kinds = [...drawn].map(([name, times]) => `${name} ${times}`).join(", ");
  say(`${count} faults from seed ${seed} (${kinds}): ${failures.length} failed`);
  return failures;
}
