/** Models, stages, links and metadata as peers ask for them; the rules are in ../decide. */
import type { MetadataTarget } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { EngineRequests } from "../../runtimes/protocol";
import type { StoreReader } from "../../store/reader";
import type { EngineContext } from "../context";
import { linkArtifact } from "../decide/links";
import { logMetadata } from "../decide/metadata";
import { fillModel, resolveModelVersion, stageModelVersion } from "../decide/models";
import { readablePlacesOf } from "../places";
import { describe } from "./describe";
import { find } from "./lookup";
import type { Params } from "./params";
import { invalid, notFound } from "./problems";

type Result<M extends keyof EngineRequests> = EngineRequests[M]["result"];

/** Inside a step, `{placeholders}` of name and version mean what they mean in the rest of the run. */
export async function resolveModel(
  { model, create, scope }: Params<"model.resolve">,
  context: EngineContext,
): Promise<Result<"model.resolve">> {
  const running = scope.stepRunId === undefined ? undefined : context.running.get(scope.stepRunId);
  const config = running === undefined ? model : fillModel(model, running.substitutions);
  const { version } = await context.decide((draft) =>
    resolveModelVersion(draft, config, { runId: scope.runId ?? null, create }),
  );
  return modelVersionAnswer(version.id, context);
}

export async function stageModel(
  { modelVersionId, stage, force }: Params<"model.stage">,
  context: EngineContext,
): Promise<Result<"model.stage">> {
  const id = await context.decide((draft) => {
    const version = find(draft.reader, "model_version", modelVersionId);
    stageModelVersion(draft, version, stage, force);
    return version.id;
  });
  return modelVersionAnswer(id, context);
}

function modelVersionAnswer(id: string, context: EngineContext): { entity: ReturnType<typeof describe> } {
  const { reader } = context.store;
  const value = find(reader, "model_version", id);
  return {
    entity: describe({ kind: "model_version", value }, { reader, placeOf: readablePlacesOf(context) }),
  };
}

export async function createLink(
  { artifactVersionId, modelVersionId }: Params<"link.create">,
  context: EngineContext,
): Promise<Result<"link.create">> {
  const created = await context.decide((draft) => {
    const artifact = find(draft.reader, "artifact_version", artifactVersionId);
    const model = find(draft.reader, "model_version", modelVersionId);
    return linkArtifact(draft, model.id, artifact.id);
  });
  return { created };
}

export async function removeLink(
  { modelVersionId, artifactVersionId, all }: Params<"link.remove">,
  context: EngineContext,
): Promise<Result<"link.remove">> {
  if (artifactVersionId === undefined && !all) {
    throw invalid("Name the artifact version whose link goes, or ask for all.");
  }
  const removed = await context.decide((draft) => {
    const model = find(draft.reader, "model_version", modelVersionId);
    const links = draft.reader
      .links(model.id)
      .filter((link) => artifactVersionId === undefined || link.artifactVersionId === artifactVersionId);
    if (artifactVersionId !== undefined && links.length === 0) {
      throw notFound(
        "link",
        artifactVersionId,
        `It is not linked to version ${model.name} of ${model.model}.`,
      );
    }
    for (const link of links) {
      draft.add({
        type: "link.removed",
        modelVersionId: model.id,
        artifactVersionId: link.artifactVersionId,
      });
    }
    return links.length;
  });
  return { removed };
}

/** Names of the ZenML API beside our own. */
const targets: Readonly<Record<string, MetadataTarget>> = {
  artifact_version: "artifact_version",
  model_version: "model_version",
  run: "run",
  pipeline_run: "run",
  step_run: "step_run",
};

export async function logMetadataOf(
  { target, targetId, values }: Params<"metadata.log">,
  context: EngineContext,
): Promise<Result<"metadata.log">> {
  const kind = Object.hasOwn(targets, target) ? targets[target] : undefined;
  if (kind === undefined) {
    throw invalid(
      `Metadata can't be attached to ${JSON.stringify(target)}.`,
      "It can be attached to runs, step runs, artifact versions and model versions.",
    );
  }
  const skipped = await context.decide((draft) => {
    const id = targetIdOf(draft.reader, kind, targetId, context);
    return logMetadata(draft, kind, id, values);
  });
  return { skipped };
}

/** A step that runs now is known to the engine before the store has heard of its end. */
function targetIdOf(
  reader: StoreReader,
  kind: MetadataTarget,
  targetId: string,
  context: EngineContext,
): string {
  if (kind === "step_run" && context.running.has(targetId)) return targetId;
  return find(reader, kind, targetId).id;
}

/** The step that a request was made in; none outside of steps. */
export function runningStep(scope: { readonly stepRunId?: string | undefined }, context: EngineContext) {
  if (scope.stepRunId === undefined) return null;
  const running = context.running.get(scope.stepRunId);
  if (running !== undefined) return running;
  throw new HeadraceError(
    "conflict",
    "The step has ended: what a thread of it still asks comes too late to be recorded.",
    { advice: "Wait for your threads before the step returns.", pythonType: "RuntimeError" },
  );
}
