/** `save_artifact`, `register_artifact`, and what user code loads by itself (zenml-semantics §4.6). */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { ArtifactVersion, Language, StepRun } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { EngineRequests } from "../../runtimes/protocol";
import type { EngineContext } from "../context";
import { readablePlacesOf } from "../places";
import { saveArtifact } from "../saveArtifact";
import { isWithin } from "../within";
import { describeVersion } from "./describe";
import { find } from "./lookup";
import { runningStep } from "./models";
import type { Params } from "./params";

type Saved = EngineRequests["artifact.save"]["result"];

export async function saveArtifactOf(
  params: Params<"artifact.save">,
  context: EngineContext,
): Promise<Saved> {
  const step = runningStep(params.scope, context);
  const { payload } = params;
  const { id } = await saveArtifact(
    context,
    {
      ...named(params),
      type: params.type ?? payload.type,
      dataType: payload.dataType,
      materializer: payload.materializer,
      language: payload.language,
      digest: payload.digest,
      bytes: payload.bytes,
      summary: payload.summary,
      uri: null,
      saveType: params.saveType,
      metadata: { ...payload.metadata, ...params.metadata },
    },
    payload,
    step,
  );
  return answer(id, context);
}

/** Files stay where they are; their digest is that of the moment, so that the cache sees when others take their place. */
export async function registerArtifact(
  params: Params<"artifact.register">,
  context: EngineContext,
  language: Language,
): Promise<Saved> {
  const step = runningStep(params.scope, context);
  const uri = await registrable(params.uri, context);
  const { digest, bytes } = await digestOf(uri);
  const { id } = await saveArtifact(
    context,
    {
      ...named(params),
      type: params.type ?? "DataArtifact",
      dataType: "pathlib.Path",
      materializer: PREEXISTING,
      language,
      digest,
      bytes,
      summary: path.basename(uri),
      uri,
      saveType: "preexisting",
      metadata: params.metadata,
    },
    null,
    step,
  );
  return answer(id, context);
}

/** Gives a `pathlib.Path` to a copy of the files. */
const PREEXISTING = "headrace.materializers.preexisting.PreexistingDataMaterializer";

function named(params: {
  readonly name: string;
  readonly version: string | number | null;
  readonly customName: boolean;
  readonly tags: readonly string[];
}) {
  const { name, version, customName, tags } = params;
  return { name, version, customName, tags };
}

async function registrable(given: string, context: EngineContext): Promise<string> {
  const uri = await realpath(given).catch((cause: unknown) => {
    throw outside(`Artifact data at ${given} does not exist.`, cause);
  });
  const workspace = await realpath(context.workspace);
  if (!isWithin(workspace, uri) && !isWithin(context.payloads.root, uri)) {
    throw outside(`The path ${given} is outside of the workspace ${context.workspace}.`);
  }
  const [taken] = context.store.reader.query("SELECT id FROM artifact_version WHERE uri = ? LIMIT 1", [uri]);
  if (taken === undefined) return uri;
  throw new HeadraceError(
    "already-exists",
    `Cannot create new artifact version at ${given} because the URI is already used by artifact version ${String(taken["id"])}.`,
    { pythonType: "RuntimeError" },
  );
}

function outside(message: string, cause?: unknown): HeadraceError {
  return new HeadraceError("not-found", message, {
    advice: "Register files of the workspace, or save the value with `save_artifact`.",
    pythonType: "FileNotFoundError",
    cause,
  });
}

async function digestOf(uri: string): Promise<{ readonly digest: string; readonly bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const add = async (file: string, name: string): Promise<void> => {
    hash.update(`${name}\n`);
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.byteLength;
    }
  };
  if ((await stat(uri)).isFile()) {
    await add(uri, path.basename(uri));
  } else {
    const names = await readdir(uri, { recursive: true, withFileTypes: true });
    const files = names
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    for (const file of files.sort()) await add(file, path.relative(uri, file).split(path.sep).join("/"));
  }
  return { digest: `sha256:${hash.digest("hex")}`, bytes };
}

/** Recorded under the artifact's name; another version of it under `name@version`. Passed inputs are inputs already. */
export async function artifactLoaded(
  { artifactVersionId, input: parameter, scope }: Params<"artifact.loaded">,
  context: EngineContext,
): Promise<Record<string, never>> {
  const { stepRunId } = scope;
  if (stepRunId === undefined || !context.running.has(stepRunId)) return {};
  await context.decide((draft) => {
    const version = find(draft.reader, "artifact_version", artifactVersionId);
    const step = draft.reader.step(stepRunId);
    if (step === null || isInput(step, version.id) || version.producerStepRunId === stepRunId) return;
    const how = parameter === undefined ? "manual" : "lazy";
    draft.add({
      type: "step.input",
      id: stepRunId,
      name: parameter ?? inputName(step, version),
      input: { kind: "artifact", artifactVersionId: version.id, how },
    });
  });
  return {};
}

function inputName(step: StepRun, { artifact, version }: ArtifactVersion): string {
  return Object.hasOwn(step.inputs, artifact) ? `${artifact}@${version}` : artifact;
}

function isInput(step: StepRun, artifactVersionId: string): boolean {
  return Object.values(step.inputs).some(
    (input) =>
      (input.kind === "artifact" && input.artifactVersionId === artifactVersionId) ||
      (input.kind === "artifacts" && input.artifactVersionIds.includes(artifactVersionId)),
  );
}

function answer(id: string, context: EngineContext): Saved {
  const { reader } = context.store;
  return {
    entity: describeVersion(find(reader, "artifact_version", id), {
      reader,
      placeOf: readablePlacesOf(context),
    }),
  };
}
