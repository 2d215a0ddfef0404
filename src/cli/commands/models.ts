/** `headrace models`: models, the versions of one, or one version. */
import type { Model, ModelVersion } from "../../core/entities";
import type { StoreReader } from "../../store/reader";
import { EXIT, parse, positionals } from "../command";
import type { Command } from "../command";
import { requireModel, requireModelVersion, splitReference } from "../references";
import { isoTime, artifactVersionReport } from "../report";
import type { Terminal } from "../terminal";
import { ago, count, printFields, printable, sign, printTable } from "../text";
import { limitOf } from "./runs";

const help = `Lists models; with a name, its versions, highest number first; with a version, its artifacts and runs.
VERSION is a version's name, its number, a stage (staging, production, archived) or "latest".

Options:
  --limit N        how many to list (20)
  --workspace DIR  the folder that holds .headrace
  --json           {"models": […], "total"}, {"model": {…, "versions": […]}} or {"modelVersion": {…}}`;

export const modelsCommand: Command = {
  name: "models",
  synopsis: "[NAME[@VERSION]] [--limit N] [--json]",
  summary: "list models, or show one",
  help,
  async run(args, context) {
    const { values, positionals: rest } = parse(args, { limit: { type: "string" } });
    const [reference] = positionals(rest, ["NAME"], 0);
    const limit = limitOf(values.limit);
    return context.withSession({ workspace: values.workspace, onlyLooks: true }, ({ engine: { reader } }) => {
      const show = { json: values.json === true, limit, terminal: context.terminal };
      const isVersion = reference !== undefined && splitReference(reference)[1] !== null;
      if (reference === undefined) listModels(reader, show);
      else if (isVersion && reader.model(reference) === null)
        showVersion(reader, requireModelVersion(reader, reference), show);
      else showModel(reader, requireModel(reader, reference), show);
      return Promise.resolve(EXIT.done);
    });
  },
};

interface Show {
  readonly json: boolean;
  readonly limit: number;
  readonly terminal: Terminal;
}

function listModels(reader: StoreReader, { json, limit, terminal }: Show): void {
  const { items, total } = reader.models({ limit });
  if (json) {
    terminal.out(JSON.stringify({ models: items.map(modelReport), total }));
    return;
  }
  if (items.length === 0) {
    terminal.err(
      'No models yet. "headrace link ARTIFACT MODEL" makes one, and so does a pipeline with a Model.',
    );
    return;
  }
  const rows = items.map((model) => {
    const latest = model.latestVersionId === null ? null : reader.modelVersion(model.latestVersionId);
    return [
      printable(model.name),
      String(model.versions),
      latest === null ? "" : printable(latest.name),
      latest?.stage ?? "",
      ago(latest?.created ?? model.created),
    ];
  });
  printTable(["MODEL", "VERSIONS", "LATEST", "STAGE", "MADE"], rows, terminal);
  if (total > items.length)
    terminal.err(`${count(total - items.length, "more", "more")}: --limit ${total} shows all.`);
}

function modelReport(model: Model): object {
  const { id, name, versions, description, license, tags, created } = model;
  return { id, name, versions, description, license, tags, created: isoTime(created) };
}

export function modelVersionDetails(version: ModelVersion): object {
  const { id, model, name, number, stage, description, tags, artifacts, created } = version;
  return { id, model, version: name, number, stage, description, tags, artifacts, created: isoTime(created) };
}

function showModel(reader: StoreReader, model: Model, { json, limit, terminal }: Show): void {
  const { items, total } = reader.modelVersions(model.id, { limit });
  if (json) {
    terminal.out(
      JSON.stringify({ model: { ...modelReport(model), versions: items.map(modelVersionDetails) } }),
    );
    return;
  }
  terminal.out(`${terminal.paint("bold", printable(model.name))} · ${count(total, "version")}`);
  const rows = items.map((version) => [
    printable(version.name),
    String(version.number),
    version.stage ?? "",
    String(version.artifacts),
    ago(version.created),
    version.id.slice(0, 8),
  ]);
  printTable(["VERSION", "NUMBER", "STAGE", "ARTIFACTS", "MADE", "ID"], rows, terminal);
}

function showVersion(reader: StoreReader, version: ModelVersion, { json, terminal }: Show): void {
  const linked = reader.linkedArtifacts(version.id);
  const runs = reader.runsOfModelVersion(version.id);
  const metadata = reader.metadata("model_version", version.id);
  if (json) {
    const details = {
      ...modelVersionDetails(version),
      metadata,
      runs: runs.map(({ id }) => id),
      artifactVersions: linked.map(artifactVersionReport),
    };
    terminal.out(JSON.stringify({ modelVersion: details }));
    return;
  }
  terminal.out(terminal.paint("bold", printable(`${version.model}@${version.name}`)));
  const facts: (readonly [string, string])[] = [
    ["id", version.id],
    ["number", String(version.number)],
    ["stage", version.stage ?? "none"],
    ["made", `${isoTime(version.created)} (${ago(version.created)})`],
    ...(version.description === null ? [] : [["description", printable(version.description)] as const]),
    ...(version.tags.length === 0 ? [] : [["tags", printable(version.tags.join(", "))] as const]),
    ...Object.entries(metadata).map(
      ([name, value]) => [printable(name), printable(JSON.stringify(value))] as const,
    ),
  ];
  printFields(facts, terminal);
  const artifactRows = linked.map((artifact) => [
    printable(`${artifact.artifact}@${artifact.version}`),
    artifact.id.slice(0, 8),
    printable(artifact.summary),
  ]);
  if (linked.length > 0) printTable(["ARTIFACT", "ID", "CONTENT"], artifactRows, terminal);
  const runRows = runs.map((run) => [
    `${sign(run.status, terminal)} ${printable(run.name)}`,
    run.id.slice(0, 8),
    ago(run.started),
  ]);
  if (runs.length > 0) printTable(["RUN", "ID", "STARTED"], runRows, terminal);
}
