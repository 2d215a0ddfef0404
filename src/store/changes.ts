/** What a transaction changed, for whoever shows it. */
import type { EntityKind } from "../core/entities";
import type { Change, StoreEvent, Transaction } from "../core/events";

type Changed = Change["entities"][number];

const kinds: readonly EntityKind[] = [
  ...(["pipeline", "run", "step_run", "artifact", "artifact_version"] as const),
  ...(["model", "model_version", "tag", "link"] as const),
];

/** Everything may be different: after a reload. The id `*` stands for all of a kind. */
export function changeOfAll(seq: number): Change {
  return { seq, entities: kinds.map((kind) => ({ kind, id: "*" })) };
}

export function changeOf(transaction: Transaction): Change {
  const entities = new Map<string, Changed>();
  for (const event of transaction.events) {
    for (const changed of changedBy(event)) entities.set(`${changed.kind} ${changed.id}`, changed);
  }
  return { seq: transaction.seq, entities: [...entities.values()] };
}

function changedBy(event: StoreEvent): readonly Changed[] {
  switch (event.type) {
    case "pipeline.created":
    case "pipeline.deleted":
      return [{ kind: "pipeline", id: event.id }];
    case "run.created":
      return [{ kind: "run", id: event.id, parent: event.pipelineId }];
    case "run.finished":
    case "run.note":
    case "run.deleted":
      return [{ kind: "run", id: event.id }];
    case "step.started":
    case "step.skipped":
      return [{ kind: "step_run", id: event.id, parent: event.runId }];
    case "step.finished":
    case "step.input":
      return [{ kind: "step_run", id: event.id }];
    case "cache.invalidated":
      return [{ kind: "step_run", id: event.stepRunId }];
    case "artifact.created":
    case "artifact.updated":
    case "artifact.deleted":
      return [{ kind: "artifact", id: event.id }];
    case "artifactVersion.created":
      return [
        { kind: "artifact_version", id: event.id, parent: event.artifactId },
        { kind: "artifact", id: event.artifactId },
      ];
    case "artifactVersion.deleted":
      return [{ kind: "artifact_version", id: event.id }];
    // No entity: where its files are is nothing that anybody shows.
    case "payload.held":
    case "payload.kept":
      return [];
    case "model.created":
    case "model.updated":
    case "model.deleted":
      return [{ kind: "model", id: event.id }];
    case "modelVersion.created":
      return [
        { kind: "model_version", id: event.id, parent: event.modelId },
        { kind: "model", id: event.modelId },
      ];
    case "modelVersion.updated":
    case "modelVersion.staged":
    case "modelVersion.note":
    case "modelVersion.deleted":
      return [{ kind: "model_version", id: event.id }];
    case "link.created":
    case "link.removed":
      return [
        { kind: "link", id: event.artifactVersionId, parent: event.modelVersionId },
        { kind: "model_version", id: event.modelVersionId },
        { kind: "artifact_version", id: event.artifactVersionId },
      ];
    case "runLink.created":
      return [
        { kind: "model_version", id: event.modelVersionId },
        { kind: "run", id: event.runId },
      ];
    case "metadata.logged":
      return [{ kind: event.target, id: event.targetId }];
    case "tag.created":
    case "tag.deleted":
      return [{ kind: "tag", id: event.name }];
    case "tag.attached":
    case "tag.detached":
      return [{ kind: event.target, id: event.targetId }];
  }
}
