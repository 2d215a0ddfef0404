/** Everything that the panel shows of one artifact version, read from the store and the payload folder; no interpreter. */
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { ArtifactVersion, StepRun } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { Preview } from "../../core/preview";
import { readManifest, readPreview } from "../../artifacts/manifest";
import type { Engine } from "../../engine/api";
import type { Manifest } from "../../runtimes/protocol";
import { inputIds } from "./lineage";
import type {
  ArtifactSnapshot,
  NamedArtifact,
  StepReference,
  VersionReference,
  Visualization,
} from "./messages";

const VERSIONS_SHOWN = 200;
/** What travels to the page at once; larger files are named instead. */
const VISUALIZATION_BYTES = 4 * 1024 * 1024;

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".bmp": "image/bmp",
  ".svg": "image/svg+xml",
};

export async function artifactSnapshot(engine: Engine, id: string): Promise<ArtifactSnapshot> {
  const { reader } = engine;
  const version = reader.artifactVersion(id);
  if (version === null) {
    throw new HeadraceError("not-found", "This artifact version is no longer in the store.", {
      advice: "It was deleted, by you or by another window.",
    });
  }
  const folder = engine.payloadFolder(id);
  const manifest = folder === null ? null : await readManifest(folder);
  const found = folder === null ? null : await readPreview(folder);
  const versions = reader.artifactVersions(version.artifactId, { limit: VERSIONS_SHOWN });
  const producer = version.producerStepRunId === null ? null : reader.step(version.producerStepRunId);
  return {
    artifact: identity(version),
    preview: found,
    previewMissing: found === null ? whyNoPreview(version, folder) : null,
    image: folder === null ? null : await imageOf(folder, found),
    pages: found !== null && "file" in found && found.file !== null,
    visualizations: folder === null || manifest === null ? [] : await visualizations(folder, manifest, found),
    metadata: reader.metadata("artifact_version", id),
    producer: producer === null ? null : stepReference(engine, producer),
    inputs: producer === null ? [] : inputsOf(engine, producer),
    consumers: reader.consumers(id).map((step) => stepReference(engine, step)),
    versions: versions.items.map(versionReference),
    versionCount: versions.total,
    series: series(versions.items),
    links: reader.linkedModels(id).map((linked) => ({
      modelVersionId: linked.id,
      model: linked.model,
      version: linked.name,
      stage: linked.stage,
    })),
    payloadThere: folder !== null,
    readOnly: engine.readOnly,
  };
}

/** What may have changed while the panel was open. */
export function artifactDelta(engine: Engine, id: string): Partial<ArtifactSnapshot> | null {
  const { reader } = engine;
  const version = reader.artifactVersion(id);
  if (version === null) return null;
  const versions = reader.artifactVersions(version.artifactId, { limit: VERSIONS_SHOWN });
  return {
    artifact: identity(version),
    versions: versions.items.map(versionReference),
    versionCount: versions.total,
    series: series(versions.items),
    metadata: reader.metadata("artifact_version", id),
    consumers: reader.consumers(id).map((step) => stepReference(engine, step)),
    links: reader.linkedModels(id).map((linked) => ({
      modelVersionId: linked.id,
      model: linked.model,
      version: linked.name,
      stage: linked.stage,
    })),
  };
}

function identity(version: ArtifactVersion): ArtifactSnapshot["artifact"] {
  const { id, artifact, alias, type, dataType, materializer, language, digest, bytes } = version;
  const { created, saveType, summary, tags } = version;
  return {
    ...{ id, name: artifact, alias, version: version.version, type, dataType, materializer, language },
    ...{ digest, bytes, created, saveType, summary, tags },
  };
}

export function versionReference(version: ArtifactVersion): VersionReference {
  return { id: version.id, version: version.version, created: version.created, summary: version.summary };
}

function stepReference(engine: Engine, step: StepRun): StepReference {
  const run = engine.reader.run(step.runId);
  return {
    stepRunId: step.id,
    runId: step.runId,
    run: run?.name ?? step.runId,
    invocation: step.invocation,
    started: step.started,
  };
}

function inputsOf(engine: Engine, step: StepRun): NamedArtifact[] {
  return inputIds(step).flatMap((id) => {
    const version = engine.reader.artifactVersion(id);
    if (version === null) return [];
    return [
      { id, name: version.alias ?? version.artifact, version: version.version, summary: version.summary },
    ];
  });
}

/** A number per version makes a line: what a metric artifact is looked at for. */
function series(newestFirst: readonly ArtifactVersion[]): ArtifactSnapshot["series"] {
  const numeric = newestFirst.filter((version) =>
    ["builtins.float", "builtins.int", "number"].includes(version.dataType),
  );
  return numeric
    .flatMap((version) => {
      const value = Number(version.summary);
      return Number.isFinite(value) ? [{ version: version.version, value, created: version.created }] : [];
    })
    .reverse();
}

function whyNoPreview(version: ArtifactVersion, folder: string | null): string {
  if (version.uri !== null) return `The data is outside the store, at ${version.uri}.`;
  if (folder === null) return "The payload's folder is missing: it was removed by hand or by a clean-up.";
  return "No preview was written when the step ran.";
}

async function imageOf(folder: string, preview: Preview | null): Promise<string | null> {
  return preview?.kind === "image" ? imageData(folder, preview.file) : null;
}

/** An image as a data URI, which is all that the page's policy lets it show. SVG is safe there: as an image it runs nothing. */
async function imageData(folder: string, file: string): Promise<string | null> {
  const mime = IMAGE_TYPES[path.extname(file).toLowerCase()];
  if (mime === undefined) return null;
  const bytes = await readInside(folder, file);
  return bytes === null ? null : `data:${mime};base64,${bytes.toString("base64")}`;
}

async function visualizations(
  folder: string,
  manifest: Manifest,
  preview: Preview | null,
): Promise<Visualization[]> {
  const besides = manifest.visualizations.filter((one) => !isShown(one, preview));
  const all = besides.map(async ({ path: file, kind }): Promise<Visualization | null> => {
    const name = path.basename(file);
    if (kind === "image") {
      const dataUri = await imageData(folder, file);
      return dataUri === null ? null : { kind, name, dataUri };
    }
    const bytes = await readInside(folder, file);
    return bytes === null ? null : { kind: "text", name, format: kind, text: bytes.toString("utf8") };
  });
  return (await Promise.all(all)).filter((one) => one !== null);
}

/** Whether the preview shows it already: materializers render simple values a second time for other tools. */
function isShown({ path: file, kind }: Manifest["visualizations"][number], preview: Preview | null): boolean {
  if (preview === null) return false;
  if ("file" in preview && preview.file === file) return true;
  if (kind === "json") return preview.kind === "json" || preview.kind === "value";
  return preview.kind === "text" ? preview.format === kind : preview.kind === "table" && kind === "csv";
}

/** A file of the payload, if it lies inside it and is small enough to travel. */
async function readInside(folder: string, file: string): Promise<Buffer | null> {
  const absolute = path.resolve(folder, file);
  if (!absolute.startsWith(folder + path.sep)) return null;
  try {
    const { size } = await fs.stat(absolute);
    return size > VISUALIZATION_BYTES ? null : await fs.readFile(absolute);
  } catch {
    return null;
  }
}
