/** The graph as the host last told it, and what is asked of it all the time. Replaced piece by piece while a run goes on. */
import type { DagArtifact, DagDelta, DagState, DagStep } from "../../src/panels/dag/messages";
import { isRunning, type Status } from "../ui/steps";
import { worst } from "./look";
import type { SceneNode } from "./scene";

export class GraphStore {
  #state: DagState;
  readonly #steps = new Map<string, DagStep>();
  readonly #artifacts = new Map<string, DagArtifact>();
  readonly #producer = new Map<string, string>();
  readonly #inputs = new Map<string, number>();

  constructor(state: DagState) {
    this.#state = state;
    for (const step of state.steps) this.#steps.set(step.id, step);
    for (const artifact of state.artifacts) this.#artifacts.set(artifact.id, artifact);
    for (const { from, to, kind } of state.edges) {
      if (this.#artifacts.has(to)) this.#producer.set(to, from);
      else if (kind === "data") this.#inputs.set(to, (this.#inputs.get(to) ?? 0) + 1);
    }
  }

  /** The state with everything that came since. */
  get state(): DagState {
    return { ...this.#state, steps: [...this.#steps.values()], artifacts: [...this.#artifacts.values()] };
  }

  get head(): DagState {
    return this.#state;
  }

  apply(delta: DagDelta): readonly string[] {
    const run = delta.run ?? this.#state.run;
    const runs = this.#state.runs.map((known) => (known.id === run?.id ? run : known));
    this.#state = { ...this.#state, run, runs };
    for (const step of delta.steps) this.#steps.set(step.id, step);
    for (const artifact of delta.artifacts) this.#artifacts.set(artifact.id, artifact);
    return [...delta.steps, ...delta.artifacts].map((node) => node.id);
  }

  step(id: string): DagStep | null {
    return this.#steps.get(id) ?? null;
  }

  artifact(id: string): DagArtifact | null {
    return this.#artifacts.get(id) ?? null;
  }

  producerOf(artifact: string): string | null {
    return this.#producer.get(artifact) ?? null;
  }

  /** How many values a step takes. */
  inputsOf(step: string): number {
    return this.#inputs.get(step) ?? 0;
  }

  steps(): Iterable<DagStep> {
    return this.#steps.values();
  }

  stepsOf(node: SceneNode): readonly DagStep[] {
    const ids = node.kind === "fold" ? node.members : [node.id];
    return ids.flatMap((id) => this.#steps.get(id) ?? this.#steps.get(this.#producer.get(id) ?? "") ?? []);
  }

  /** The state that a drawn node shows: an artifact has that of the step that makes it. */
  status(node: SceneNode): Status {
    if (node.kind === "fold") return worst(this.stepsOf(node));
    if (node.kind === "step") return this.step(node.id)?.status ?? "planned";
    const made = this.step(this.producerOf(node.id) ?? "")?.status ?? "planned";
    const isThere = (this.artifact(node.id)?.versionId ?? null) !== null;
    return isThere && made !== "cached" ? "completed" : made;
  }

  anyRunning(): boolean {
    for (const step of this.#steps.values()) if (isRunning(step.status)) return true;
    return false;
  }

  runningSteps(): readonly string[] {
    const running: string[] = [];
    for (const step of this.#steps.values()) if (isRunning(step.status)) running.push(step.id);
    return running;
  }
}
