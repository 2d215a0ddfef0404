/** Everything that the panel shows of one artifact version, read from the store and the payload folder; no interpreter. */
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { ArtifactVersion, StepRun } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { Preview } from "../../core/preview";
import type { Json } from "../../core/json";
import { readManifest, readPreview } from "../../artifacts/manifest";
import { openCsvFile } from "../../artifacts/readers/open";
import type { TableSource } from "../../artifacts/readers/source";
import type { Engine } from "../../engine/api";
import type { Manifest } from "../../runtimes/protocol";
import { inputIds } from "./lineage";
import { tableCell } from "./pages";
import type {
  ArtifactSnapshot,
  NamedArtifact,
  StepReference,
  TableSize,
  VersionReference,
  Visualization,
} from "./messages";

const VERSIONS_SHOWN = 200;
/** What travels to the page at once; larger files are named instead. */
const VISUALIZATION_BYTES = 16 * 1024 * 1024;

/** Of a table that a materializer rendered besides. */
const ROWS_OF_TABLE = 200;

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
    ...(await imageOf(folder, found)),
    pages: found !== null && "file" in found && found.file !== null,
    csv: folder === null ? null : await csvSize(folder, found),
    figure: folder === null || found === null ? null : await figureOf(folder, version.dataType, found),
    visualizations:
      folder === null || manifest === null
        ? []
        : await visualizations(folder, manifest, found, version.dataType),
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

async function imageOf(
  folder: string | null,
  preview: Preview | null,
): Promise<Pick<ArtifactSnapshot, "image" | "imageProblem">> {
  if (folder === null || preview?.kind !== "image") return { image: null, imageProblem: null };
  const bytes = await tooManyBytes(folder, preview.file);
  if (bytes !== null) return { image: null, imageProblem: { kind: "too-large", bytes } };
  const isKnown = path.extname(preview.file).toLowerCase() in IMAGE_TYPES;
  return {
    image: await imageData(folder, preview.file),
    imageProblem: isKnown ? null : { kind: "format" },
  };
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
  dataType: string,
): Promise<Visualization[]> {
  const besides = manifest.visualizations.filter(
    // plotly's own page is nothing without its scripts: the figure is drawn from its data.
    (one) => !isShown(one, preview) && !(one.kind === "html" && isPlotly(dataType)),
  );
  const all = besides.map(async ({ path: file, kind }): Promise<Visualization | null> => {
    const name = path.basename(file);
    const tooMany = kind === "csv" ? null : await tooManyBytes(folder, file);
    if (tooMany !== null) return { kind: "too-large", name, bytes: tooMany };
    if (kind === "image") {
      const dataUri = await imageData(folder, file);
      return dataUri === null ? null : { kind, name, dataUri };
    }
    if (kind === "csv") return csvBeginning(folder, file);
    const bytes = await readInside(folder, file);
    return bytes === null ? null : { kind: "text", name, format: kind, text: bytes.toString("utf8") };
  });
  return (await Promise.all(all)).filter((one) => one !== null);
}

function isPlotly(dataType: string): boolean {
  return dataType.startsWith("plotly.");
}

/** A figure's JSON without the preview's cuts: its numbers are what is drawn. */
async function figureOf(folder: string, dataType: string, preview: Preview): Promise<Json> {
  if (!isPlotly(dataType) || preview.kind !== "json") return null;
  const bytes = preview.file === null ? null : await readInside(folder, preview.file);
  return bytes === null ? preview.value : (JSON.parse(bytes.toString("utf8")) as Json);
}

async function csvSize(folder: string, preview: Preview | null): Promise<TableSize | null> {
  if (preview?.kind !== "text" || preview.format !== "csv" || preview.file === null) return null;
  return inTable(folder, preview.file, (table) => ({
    rows: table.rows.count,
    columns: table.columns.length,
  }));
}

function csvBeginning(folder: string, file: string): Promise<Visualization | null> {
  return inTable(folder, file, async (table) => {
    const { rows } = await table.page(0, ROWS_OF_TABLE);
    const cells = rows.map((row, i) => [i, ...row.map(tableCell)]);
    return { kind: "table", name: path.basename(file), columns: table.columns, rows: cells };
  });
}

/** Null when the text is no table after all. */
async function inTable<T>(
  folder: string,
  file: string,
  read: (table: TableSource) => T | Promise<T>,
): Promise<T | null> {
  const absolute = insideOf(folder, file);
  if (absolute === null) return null;
  let table: TableSource;
  try {
    table = await openCsvFile(absolute);
  } catch (error) {
    if (HeadraceError.is(error)) return null;
    throw error;
  }
  try {
    return await read(table);
  } finally {
    await table.close();
  }
}

/** Whether the preview shows it already: materializers render simple values a second time for other tools. */
function isShown({ path: file, kind }: Manifest["visualizations"][number], preview: Preview | null): boolean {
  if (preview === null) return false;
  if ("file" in preview && preview.file === file) return true;
  if (kind === "json") return preview.kind === "json" || preview.kind === "value";
  return preview.kind === "text" ? preview.format === kind : preview.kind === "table" && kind === "csv";
}

function insideOf(folder: string, file: string): string | null {
  const absolute = path.resolve(folder, file);
  return absolute.startsWith(folder + path.sep) ? absolute : null;
}

/** How large a file of the payload is, when that is more than travels to the page. */
async function tooManyBytes(folder: string, file: string): Promise<number | null> {
  const absolute = insideOf(folder, file);
  const found = absolute === null ? null : await fs.stat(absolute).catch(() => null);
  return found !== null && found.size > VISUALIZATION_BYTES ? found.size : null;
}

/** A file of the payload, if it lies inside it and is small enough to travel. */
async function readInside(folder: string, file: string): Promise<Buffer | null> {
  const absolute = insideOf(folder, file);
  if (absolute === null) return null;
  try {
    const { size } = await fs.stat(absolute);
    return size > VISUALIZATION_BYTES ? null : await fs.readFile(absolute);
  } catch {
    return null;
  }
}
