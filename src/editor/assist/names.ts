/** The names that belong at a place: of what the store knows, what code of the workspace makes, and the pipeline's steps. */
import { STAGES } from "../../core/models";
import type { Discovery } from "../../discovery/discovery";
import type { Meaning } from "../../discovery/meaning";
import type { DiscoveredFile } from "../../discovery/model";
import type { StoreReader } from "../../store/reader";
import { ago } from "../../ui/format";
import type { VSCode } from "../../ui/vscodeTypes";

export interface KnownName {
  readonly name: string;
  /** Beside the name: what tells it from others. */
  readonly note: string;
}

/** More than these nobody looks through; typing a letter asks again. */
const MOST = 500;

export interface NameSources {
  readonly vscode: VSCode;
  readonly discovery: Discovery;
  readonly folder: string;
  /** Null while nothing is stored. */
  readonly reader: StoreReader | null;
}

/** In the order in which they are probably wanted. */
export function namesFor(
  { subject, of }: Meaning,
  sources: NameSources,
  place: { readonly found: DiscoveredFile; readonly line: number; readonly typed: string },
): readonly KnownName[] {
  const { reader, discovery, folder } = sources;
  switch (subject) {
    case null:
      return [];
    case "artifact":
      return artifactNames(sources, place.typed);
    case "artifactVersion":
      return of === null ? [] : artifactVersions(sources, of);
    case "model":
      return (reader?.models({ limit: MOST }).items ?? []).map(({ name, versions }) => ({
        name,
        note: versionCount(sources.vscode, versions),
      }));
    case "modelVersion":
      return of === null ? [] : modelVersions(sources, of);
    case "pipeline":
      return unique([
        ...(reader?.pipelines({ limit: MOST }).items ?? []).map(({ name }) => name),
        ...discovery.pipelines(folder).map(({ name }) => name),
      ]).map((name) => ({ name, note: "" }));
    case "invocation":
      return invocations(discovery, place.found, place.line);
  }
}

function artifactNames(
  { vscode, reader, discovery, folder }: NameSources,
  typed: string,
): readonly KnownName[] {
  const stored = reader?.artifacts({ limit: MOST, ...(typed === "" ? {} : { text: typed }) }).items ?? [];
  const known = new Set(stored.map(({ name }) => name));
  const made = [
    // Without a name of its own an output is known by the pipeline's.
    ...discovery
      .steps(folder)
      .flatMap((step) => step.outputs.filter((name) => !/^output(_\d+)?$/.test(name))),
    ...discovery.savedNames(folder),
  ];
  // Names that nobody chose come last.
  const chosenFirst = stored.toSorted((a, b) => Number(b.customName) - Number(a.customName));
  return [
    ...chosenFirst.map(({ name, versions, alias }) => ({
      name,
      note: [alias, versionCount(vscode, versions)].filter((part) => part !== null).join(" · "),
    })),
    ...unique(made)
      .filter((name) => !known.has(name))
      .map((name) => ({ name, note: vscode.l10n.t("not made yet") })),
  ];
}

function artifactVersions({ vscode, reader }: NameSources, name: string): readonly KnownName[] {
  const artifact = reader?.artifact(name) ?? null;
  const versions =
    artifact === null ? [] : (reader?.artifactVersions(artifact.id, { limit: MOST }).items ?? []);
  return versions.map(({ version, summary, created }) => ({
    name: version,
    note: [summary, ago(vscode, created)].join(" · "),
  }));
}

/** Stages first: they go on meaning the right version. */
function modelVersions({ vscode, reader }: NameSources, name: string): readonly KnownName[] {
  const model = reader?.model(name) ?? null;
  const versions = model === null ? [] : (reader?.modelVersions(model.id, { limit: MOST }).items ?? []);
  const stages = [...STAGES, "latest"].map((stage) => {
    const now = stage === "latest" ? versions[0] : versions.find((version) => version.stage === stage);
    return { name: stage, note: now === undefined ? "" : vscode.l10n.t("now {0}", now.name) };
  });
  return [
    ...stages,
    ...versions.map((version) => ({
      name: version.name,
      note: [version.stage, ago(vscode, version.created)].filter((part) => part !== null).join(" · "),
    })),
  ];
}

/** The other calls of the pipeline that the line is in. */
function invocations(discovery: Discovery, found: DiscoveredFile, line: number): readonly KnownName[] {
  const pipeline = found.pipelines.find(({ span }) => span.line <= line && line <= span.endLine);
  const calls = pipeline === undefined ? [] : discovery.callsOf(pipeline);
  return calls
    .filter(({ span }) => line < span.line || line > span.endLine)
    .map(({ invocation, callee }) => ({ name: invocation, note: callee === invocation ? "" : callee }));
}

function versionCount({ l10n }: VSCode, versions: number): string {
  return versions === 1 ? l10n.t("1 version") : l10n.t("{0} versions", versions);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
