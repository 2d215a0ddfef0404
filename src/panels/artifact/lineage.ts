/** Where an artifact version comes from and goes to, two steps each way, over all runs. */
import type { ArtifactVersion, StepRun } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { Engine } from "../../engine/api";
import type { StoreReader } from "../../store/reader";
import { briefly } from "../../ui/format";
import type { Lineage, LineageNode } from "./messages";

const LEVELS = 2;
const MOST_IN_COLUMN = 6;

export function lineageOf(engine: Engine, artifactVersionId: string): Lineage {
  const version = engine.reader.artifactVersion(artifactVersionId);
  if (version === null)
    throw new HeadraceError("not-found", "This artifact version is no longer in the store.");
  return new Walk(engine.reader).from(version);
}

class Walk {
  readonly #nodes = new Map<string, LineageNode>();
  readonly #edges = new Map<string, Lineage["edges"][number]>();
  readonly #filled = new Map<number, number>();
  #left = 0;

  constructor(private readonly reader: StoreReader) {}

  from(version: ArtifactVersion): Lineage {
    this.#artifact(version, 0);
    this.#up([version], 1);
    this.#down([version], 1);
    return { nodes: [...this.#nodes.values()], edges: [...this.#edges.values()], more: this.#left };
  }

  #up(versions: readonly ArtifactVersion[], level: number): void {
    if (level > LEVELS) return;
    const found = versions.flatMap((version) => {
      const producer =
        version.producerStepRunId === null ? null : this.reader.step(version.producerStepRunId);
      if (producer === null || !this.#step(producer, 1 - 2 * level)) return [];
      this.#edge(producer.id, version.id);
      return inputIds(producer).flatMap((id) => this.#beyond(id, -2 * level, { from: id, to: producer.id }));
    });
    if (found.length > 0) this.#up(found, level + 1);
  }

  #down(versions: readonly ArtifactVersion[], level: number): void {
    if (level > LEVELS) return;
    const found = versions.flatMap((version) =>
      this.reader.consumers(version.id).flatMap((step) => {
        if (!this.#step(step, 2 * level - 1)) return [];
        this.#edge(version.id, step.id);
        return step.outputs.flatMap(({ artifactVersionId: id }) =>
          this.#beyond(id, 2 * level, { from: step.id, to: id }),
        );
      }),
    );
    if (found.length > 0) this.#down(found, level + 1);
  }

  /** An artifact on the other side of a step; to be followed on when it was not met before. */
  #beyond(
    id: string,
    column: number,
    edge: { readonly from: string; readonly to: string },
  ): ArtifactVersion[] {
    const version = this.reader.artifactVersion(id);
    if (version === null) return [];
    const isNew = !this.#nodes.has(id);
    if (!this.#artifact(version, column)) return [];
    this.#edge(edge.from, edge.to);
    return isNew ? [version] : [];
  }

  #artifact(version: ArtifactVersion, column: number): boolean {
    const { id, version: number, summary } = version;
    const label = `${version.alias ?? version.artifact} v${number}`;
    return this.#add({ id, kind: "artifact", label, detail: briefly(summary), column, runId: null });
  }

  #step(step: StepRun, column: number): boolean {
    const { id, invocation, runId } = step;
    const detail = this.reader.run(runId)?.name ?? runId;
    return this.#add({ id, kind: "step", label: invocation, detail, column, runId });
  }

  /** False when its column is full: what is left out is counted. */
  #add(node: LineageNode): boolean {
    if (this.#nodes.has(node.id)) return true;
    const filled = this.#filled.get(node.column) ?? 0;
    if (filled >= MOST_IN_COLUMN) {
      this.#left++;
      return false;
    }
    this.#filled.set(node.column, filled + 1);
    this.#nodes.set(node.id, node);
    return true;
  }

  #edge(from: string, to: string): void {
    this.#edges.set(`${from} ${to}`, { from, to });
  }
}

export function inputIds(step: StepRun): string[] {
  const ids = Object.values(step.inputs).flatMap((input) => {
    if (input.kind === "artifact") return [input.artifactVersionId];
    return input.kind === "artifacts" ? input.artifactVersionIds : [];
  });
  return [...new Set(ids)];
}
