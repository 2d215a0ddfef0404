/** `headrace artifacts`: names, the versions of one, or one version. */
import type { Artifact, ArtifactVersion } from "../../core/entities";
import type { StoreReader } from "../../store/reader";
import { EXIT, parse, positionals } from "../command";
import type { Command } from "../command";
import { findArtifact, requireArtifactVersion } from "../references";
import { isoTime } from "../report";
import type { Session } from "../session";
import type { Terminal } from "../terminal";
import { ago, bytes, count, printFields, printable, printTable } from "../text";
import { limitOf } from "./runs";

const help = `Lists artifacts; with a name, its versions, newest first; with a version or an id, everything about it.
VERSION may be "latest"; an id may be shortened.

Options:
  --limit N        how many to list (20)
  --workspace DIR  the folder that holds .headrace
  --json           {"artifacts": […], "total"}, {"artifact": {…, "versions": […]}} or {"artifactVersion": {…}}`;

export const artifactsCommand: Command = {
  name: "artifacts",
  synopsis: "[NAME[@VERSION] | ID] [--limit N] [--json]",
  summary: "list artifacts, or show one",
  help,
  async run(args, context) {
    const { values, positionals: rest } = parse(args, { limit: { type: "string" } });
    const [reference] = positionals(rest, ["NAME"], 0);
    const limit = limitOf(values.limit);
    return context.withSession({ workspace: values.workspace, onlyLooks: true }, (session) => {
      const { reader } = session.engine;
      const named = reference === undefined ? null : findArtifact(reader, reference);
      const show = { json: values.json === true, limit, terminal: context.terminal };
      if (reference === undefined) listArtifacts(reader, show);
      else if (named !== null) showArtifact(reader, named, show);
      else showVersion(session, requireArtifactVersion(reader, reference), show);
      return Promise.resolve(EXIT.done);
    });
  },
};

interface Show {
  readonly json: boolean;
  readonly limit: number;
  readonly terminal: Terminal;
}

function listArtifacts(reader: StoreReader, { json, limit, terminal }: Show): void {
  const { items, total } = reader.artifacts({ limit });
  if (json) {
    terminal.out(JSON.stringify({ artifacts: items.map(artifactReport), total }));
    return;
  }
  if (items.length === 0) {
    terminal.err("No artifacts yet: the steps of a run make them.");
    return;
  }
  const rows = items.map((artifact) => {
    const latest =
      artifact.latestVersionId === null ? null : reader.artifactVersion(artifact.latestVersionId);
    return [
      printable(knownAs(artifact)),
      String(artifact.versions),
      printable(artifact.latestVersion ?? ""),
      latest === null ? "" : printable(latest.summary),
      latest === null ? "" : ago(latest.created),
    ];
  });
  printTable(["ARTIFACT", "VERSIONS", "LATEST", "CONTENT", "MADE"], rows, terminal);
  moreLine(total - items.length, total, terminal);
}

function moreLine(more: number, total: number, terminal: Terminal): void {
  if (more > 0) terminal.err(`${count(more, "more", "more")}: --limit ${total} shows all.`);
}

/** With the variable in front that people know it by, when its name was made for it. */
function knownAs({ name, alias, customName }: Artifact): string {
  return customName || alias === null ? name : `${alias} (${name})`;
}

function artifactReport(artifact: Artifact): object {
  const { id, name, alias, versions, latestVersion, tags, created } = artifact;
  return { id, name, alias, versions, latestVersion, tags, created: isoTime(created) };
}

function showArtifact(reader: StoreReader, artifact: Artifact, { json, limit, terminal }: Show): void {
  const { items, total } = reader.artifactVersions(artifact.id, { limit });
  if (json) {
    const versions = items.map((version) => versionReport(reader, version));
    terminal.out(JSON.stringify({ artifact: { ...artifactReport(artifact), versions } }));
    return;
  }
  terminal.out(`${terminal.paint("bold", printable(artifact.name))} · ${count(total, "version")}`);
  const rows = items.map((version) => [
    printable(version.version),
    version.id.slice(0, 8),
    printable(version.summary),
    bytes(version.bytes),
    ago(version.created),
    printable(modelNames(reader, version.id).join(", ")),
  ]);
  printTable(["VERSION", "ID", "CONTENT", "SIZE", "MADE", "MODELS"], rows, terminal);
  moreLine(total - items.length, total, terminal);
}

function modelNames(reader: StoreReader, artifactVersionId: string): string[] {
  return reader.linkedModels(artifactVersionId).map(({ model, name }) => `${model}@${name}`);
}

export function versionReport(reader: StoreReader, version: ArtifactVersion): object {
  return {
    id: version.id,
    artifact: version.artifact,
    version: version.version,
    type: version.type,
    dataType: version.dataType,
    materializer: version.materializer,
    digest: version.digest,
    bytes: version.bytes,
    summary: version.summary,
    saveType: version.saveType,
    producerRun: version.producerRunId,
    producerStep: producerOf(reader, version),
    created: isoTime(version.created),
    tags: version.tags,
    models: modelNames(reader, version.id),
    metadata: reader.metadata("artifact_version", version.id),
  };
}

/** A store that came from elsewhere may name any path: one outside the workspace is not repeated. */
function filesMissing({ uri }: ArtifactVersion): string {
  return uri === null ? "missing" : "missing, or outside of the workspace";
}

function producerOf(reader: StoreReader, { producerStepRunId }: ArtifactVersion): string | null {
  return producerStepRunId === null ? null : (reader.step(producerStepRunId)?.invocation ?? null);
}

function showVersion({ engine }: Session, version: ArtifactVersion, { json, terminal }: Show): void {
  const { reader } = engine;
  const folder = engine.payloadFolder(version.id);
  if (json) {
    terminal.out(JSON.stringify({ artifactVersion: { ...versionReport(reader, version), folder } }));
    return;
  }
  terminal.out(terminal.paint("bold", printable(`${version.artifact}@${version.version}`)));
  const run = version.producerRunId === null ? null : reader.run(version.producerRunId);
  const step = producerOf(reader, version);
  const consumers = reader.consumers(version.id).map(({ invocation }) => invocation);
  const models = modelNames(reader, version.id);
  const facts: (readonly [string, string])[] = [
    ["id", version.id],
    ["content", printable(version.summary)],
    ["data type", printable(version.dataType)],
    ["kind", version.type],
    ["size", bytes(version.bytes)],
    ["digest", version.digest],
    ["files", folder === null ? filesMissing(version) : printable(folder)],
    ["made", `${isoTime(version.created)} (${ago(version.created)})`],
    ...(run === null ? [] : [["made by", printable(`${step ?? "?"} in ${run.name}`)] as const]),
    ...(consumers.length === 0 ? [] : [["used by", printable([...new Set(consumers)].join(", "))] as const]),
    ...(models.length === 0 ? [] : [["models", printable(models.join(", "))] as const]),
    ...(version.tags.length === 0 ? [] : [["tags", printable(version.tags.join(", "))] as const]),
    ...Object.entries(reader.metadata("artifact_version", version.id)).map(
      ([name, value]) => [printable(name), printable(JSON.stringify(value))] as const,
    ),
  ];
  printFields(facts, terminal);
}
