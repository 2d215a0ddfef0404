/** Two or more runs side by side: what each was given, made, measured and took, and which code it ran. */
import type { ArtifactVersion, Run, StepRun } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import { canonicalJson, type Json, type JsonObject } from "../../core/json";
import type { PipelineSpec } from "../../core/spec";
import type { Engine } from "../../engine/api";
import { runLabel } from "../../ui/runLabel";
import type { CellValue, ComparedRow, CompareSnapshot } from "./messages";

interface Read {
  readonly run: Run;
  readonly steps: readonly StepRun[];
  readonly spec: PipelineSpec | null;
  readonly metadata: JsonObject;
}

type Group = ComparedRow["group"];

export function compareSnapshot(engine: Engine, runIds: readonly string[]): CompareSnapshot {
  const all = runIds.flatMap((id) => readRun(engine, id) ?? []);
  if (all.length < 2) {
    throw new HeadraceError("not-found", "Fewer than two of these runs are still in the store.", {
      advice: "Choose other runs to compare in the Runs view.",
    });
  }
  return {
    runs: all.map(({ run }) => ({
      ...{ id: run.id, label: runLabel(run), status: run.status, started: run.started },
      durationMs: run.finished === null ? null : run.finished - run.started,
    })),
    rows: [
      ...objectRows(
        "parameters",
        all.map(({ run }) => run.parameters),
      ),
      ...metricRows(engine, all),
      ...artifactRows(engine, all),
      ...stepRows("durations", all, (step) =>
        step.started === null || step.finished === null ? null : step.finished - step.started,
      ),
      ...codeRows(all),
      ...objectRows(
        "configuration",
        all.map(({ run }) => withoutMoment(run.config)),
      ),
    ],
  };
}

/** Date and time of a run are part of its configuration, and differ always: nothing to compare. */
function withoutMoment(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([key]) => key !== "substitutions"));
}

function readRun(engine: Engine, id: string): Read | null {
  const { reader } = engine;
  const run = reader.run(id);
  return run === null
    ? null
    : { run, steps: reader.steps(id), spec: reader.spec(id), metadata: reader.metadata("run", id) };
}

function row(
  group: Group,
  name: string,
  values: readonly CellValue[],
  artifactVersionIds: ComparedRow["artifactVersionIds"] = null,
): ComparedRow {
  return { group, name, values, artifactVersionIds, differs: new Set(values).size > 1 };
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

/** Numbers that a run made as artifacts, or logged. */
function metricRows(engine: Engine, all: readonly Read[]): ComparedRow[] {
  const maps = all.map(({ steps, metadata }) => {
    const found = new Map<string, CellValue>(
      Object.entries(metadata).flatMap(([key, value]) => (typeof value === "number" ? [[key, value]] : [])),
    );
    for (const step of steps) {
      for (const [key, value] of Object.entries(engine.reader.metadata("step_run", step.id))) {
        if (typeof value === "number") found.set(`${step.invocation}: ${key}`, value);
      }
      for (const version of outputsOf(engine, step)) {
        const value = Number(version.summary);
        if (version.summary.trim() !== "" && Number.isFinite(value)) found.set(nameOf(version), value);
      }
    }
    return found;
  });
  return keysOf(maps).map((key) =>
    row(
      "metrics",
      key,
      maps.map((map) => map.get(key) ?? null),
    ),
  );
}

function outputsOf(engine: Engine, step: StepRun): ArtifactVersion[] {
  return step.outputs.flatMap((output) => engine.reader.artifactVersion(output.artifactVersionId) ?? []);
}

function nameOf(version: ArtifactVersion): string {
  return version.alias ?? version.artifact;
}

/** By content: equal payloads are equal cells, whatever their versions. */
function artifactRows(engine: Engine, all: readonly Read[]): ComparedRow[] {
  const maps = all.map(
    ({ steps }) =>
      new Map(steps.flatMap((step) => outputsOf(engine, step)).map((version) => [nameOf(version), version])),
  );
  return keysOf(maps).map((key) => {
    const versions = maps.map((map) => map.get(key) ?? null);
    const shown = versions.map((version) =>
      version === null ? null : `${version.summary} · v${version.version}`,
    );
    const digests = new Set(versions.map((version) => version?.digest ?? null));
    const made = row(
      "artifacts",
      key,
      shown,
      versions.map((version) => version?.id ?? null),
    );
    return { ...made, differs: digests.size > 1 };
  });
}

function stepRows(group: Group, all: readonly Read[], value: (step: StepRun) => CellValue): ComparedRow[] {
  const maps = all.map(({ steps }) => new Map(steps.map((step) => [step.invocation, value(step)])));
  return keysOf(maps).map((key) =>
    row(
      group,
      key,
      maps.map((map) => map.get(key) ?? null),
    ),
  );
}

/** What the steps' code reached, function by function; a cell names the digest, so that equal code looks equal. */
function codeRows(all: readonly Read[]): ComparedRow[] {
  const maps = all.map(
    ({ spec }) =>
      new Map(
        (spec?.definitions ?? []).flatMap((definition) =>
          definition.code.map((component): [string, string] => [
            component.name,
            component.digest.replace("sha256:", "").slice(0, 10),
          ]),
        ),
      ),
  );
  return keysOf(maps).map((key) =>
    row(
      "code",
      key,
      maps.map((map) => map.get(key) ?? null),
    ),
  );
}

export function compareCsv({ runs, rows }: CompareSnapshot): string {
  const lines = [
    ["", "", ...runs.map((run) => run.label)],
    ...rows.map((one) => [one.group, one.name, ...one.values.map((value) => value ?? "")]),
  ];
  return lines.map((line) => line.map(csvCell).join(",")).join("\n") + "\n";
}

/** Quoted where needed; what a spreadsheet would take for a formula is kept text. */
function csvCell(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
