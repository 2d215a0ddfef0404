/** Two or more runs side by side: what each was given, made, measured and took, and which code it ran. */
import type { ArtifactVersion, Run, StepRun } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import { canonicalJson, type Json, type JsonObject } from "../../core/json";
import type { PipelineSpec } from "../../core/spec";
import type { Engine } from "../../engine/api";
import { briefly } from "../../ui/format";
import { runLabel } from "../../ui/runLabel";
import { storedPreview } from "../../ui/storedPreview";
import { codeRows } from "./code";
import type { CellValue, ComparedRow, ComparedRun, CompareSnapshot } from "./messages";

interface Read {
  readonly run: Run;
  readonly steps: readonly StepRun[];
  readonly spec: PipelineSpec | null;
  readonly metadata: JsonObject;
  /** What its steps gave, by the name that people know; of steps in a loop, each under its own. */
  readonly made: ReadonlyMap<string, ArtifactVersion>;
}

type Group = ComparedRow["group"];

export async function compareSnapshot(engine: Engine, runIds: readonly string[]): Promise<CompareSnapshot> {
  const all = runIds.flatMap((id) => readRun(engine, id) ?? []);
  if (all.length < 2) {
    throw new HeadraceError("not-found", "Fewer than two of these runs are still in the store.", {
      advice: "Choose other runs to compare in the Runs view.",
    });
  }
  const metrics = await metricRows(engine, all);
  const measured = new Map(metrics.map((row) => [row.name, row.artifactVersionIds]));
  return {
    runs: all.map(comparedRun),
    rows: [
      ...objectRows(
        "parameters",
        all.map(({ run }) => run.parameters),
      ),
      ...metrics,
      // A number is a metric already, with the way to its artifact.
      ...artifactRows(all).filter(
        ({ name, artifactVersionIds }) =>
          artifactVersionIds?.some((id, i) => id !== (measured.get(name)?.[i] ?? null)) === true,
      ),
      ...durationRows(all),
      ...codeRows(all.map(({ spec }) => spec)),
      ...objectRows(
        "configuration",
        all.map(({ run }) => withoutMoment(run.config)),
      ),
    ],
  };
}

function comparedRun({ run, steps }: Read): ComparedRun {
  const { id, status, started, finished, note } = run;
  const failure = run.failure ?? steps.find((step) => step.failure !== null)?.failure ?? null;
  return {
    ...{ id, label: runLabel(run), status, started, note },
    durationMs: finished === null ? null : finished - started,
    failure: failure === null ? null : `${failure.type}: ${failure.message.split("\n")[0] ?? ""}`,
  };
}

/** Date and time of a run are part of its configuration, and differ always: nothing to compare. */
function withoutMoment(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([key]) => key !== "substitutions"));
}

function readRun({ reader }: Engine, id: string): Read | null {
  const run = reader.run(id);
  if (run === null) return null;
  const steps = reader.steps(id);
  const made = new Map<string, ArtifactVersion>();
  for (const step of steps) {
    for (const { artifactVersionId } of step.outputs) {
      const version = reader.artifactVersion(artifactVersionId);
      if (version === null) continue;
      const name = version.alias ?? version.artifact;
      made.set(made.has(name) ? `${step.invocation}: ${name}` : name, version);
    }
  }
  return { run, steps, spec: reader.spec(id), metadata: reader.metadata("run", id), made };
}

function row(
  group: Group,
  name: string,
  values: readonly CellValue[],
  artifactVersionIds: ComparedRow["artifactVersionIds"] = null,
): ComparedRow {
  return { group, name, values, artifactVersionIds, code: null, differs: new Set(values).size > 1 };
}

function keysOf(maps: readonly ReadonlyMap<string, unknown>[]): string[] {
  return [...new Set(maps.flatMap((map) => [...map.keys()]))];
}

function objectRows(group: Group, objects: readonly JsonObject[]): ComparedRow[] {
  const maps = objects.map((object) => new Map(Object.entries(object)));
  return keysOf(maps).map((key) =>
    row(
      group,
      key,
      maps.map((map) => cell(map.get(key))),
    ),
  );
}

function cell(value: Json | undefined): CellValue {
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? canonicalJson(value) : value;
}

interface Measured {
  readonly value: number;
  /** The artifact that it is. */
  readonly versionId?: string;
}

/** Numbers that a run logged, or made as artifacts: alone or in a dictionary. */
async function metricRows(engine: Engine, all: readonly Read[]): Promise<ComparedRow[]> {
  const maps = await Promise.all(all.map((read) => measuredBy(engine, read)));
  return keysOf(maps).map((key) => {
    const found = maps.map((map) => map.get(key) ?? null);
    const ids = found.map((one) => one?.versionId ?? null);
    return row(
      "metrics",
      key,
      found.map((one) => one?.value ?? null),
      ids.some((id) => id !== null) ? ids : null,
    );
  });
}

async function measuredBy(engine: Engine, { steps, metadata, made }: Read): Promise<Map<string, Measured>> {
  const found = new Map<string, Measured>();
  const logged = (prefix: string, values: JsonObject): void => {
    for (const [key, value] of Object.entries(values)) {
      if (typeof value === "number") found.set(`${prefix}${key}`, { value });
    }
  };
  logged("", metadata);
  for (const step of steps) logged(`${step.invocation}: `, engine.reader.metadata("step_run", step.id));
  for (const [name, version] of made) {
    const value = Number(version.summary);
    if (version.summary.trim() !== "" && Number.isFinite(value))
      found.set(name, { value, versionId: version.id });
    else
      for (const [key, inner] of await numbersIn(engine, version))
        found.set(`${name}.${key}`, { value: inner });
  }
  return found;
}

/** Dictionaries of metrics are small; what is larger is data. */
const MOST_BYTES = 16 * 1024;
const MOST_NUMBERS = 40;

async function numbersIn(
  engine: Engine,
  version: ArtifactVersion,
): Promise<readonly (readonly [string, number])[]> {
  if (version.bytes > MOST_BYTES || !/^dict\b/.test(version.summary)) return [];
  // A preview that is missing or damaged is told where the artifact is looked at.
  const preview = await storedPreview(engine, version.id).catch(() => null);
  if (preview?.kind !== "json" || preview.truncated) return [];
  const found = numbersOf(preview.value, "");
  return found.length > MOST_NUMBERS ? [] : found;
}

function numbersOf(value: Json, path: string): readonly (readonly [string, number])[] {
  if (typeof value === "number") return [[path, value]];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    numbersOf(inner, path === "" ? key : `${path}.${key}`),
  );
}

/** By content: equal payloads are equal cells, whatever their versions. */
function artifactRows(all: readonly Read[]): ComparedRow[] {
  const maps = all.map(({ made }) => made);
  return keysOf(maps).map((key) => {
    const versions = maps.map((map) => map.get(key) ?? null);
    const shown = versions.map((version) =>
      version === null ? null : `${briefly(version.summary)} · v${version.version}`,
    );
    const digests = new Set(versions.map((version) => version?.digest ?? null));
    const ids = versions.map((version) => version?.id ?? null);
    return { ...row("artifacts", key, shown, ids), differs: digests.size > 1 };
  });
}

/** No step takes as long twice: what counts is a fifth of it, and what a person would notice. */
const NOTICED = { share: 0.2, ms: 50 };

function durationRows(all: readonly Read[]): ComparedRow[] {
  const maps = all.map(({ steps }) => new Map(steps.map((step) => [step.invocation, durationOf(step)])));
  return keysOf(maps).map((key) => {
    const values = maps.map((map) => map.get(key) ?? null);
    const took = values.filter((value) => value !== null);
    const longest = Math.max(...took, 0);
    const span = longest - Math.min(...took, longest);
    const differs = took.length < values.length || span > Math.max(NOTICED.ms, NOTICED.share * longest);
    return { ...row("durations", key, values), differs };
  });
}

function durationOf({ started, finished }: StepRun): number | null {
  return started === null || finished === null ? null : finished - started;
}
