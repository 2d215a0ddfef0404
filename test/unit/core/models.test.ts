import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelVersion, Stage } from "../../../src/core/entities";
import { HeadraceError } from "../../../src/core/errors";
import {
  checkNewVersionName,
  decideModelVersion,
  decideStage,
  findModelVersion,
  readVersionReference,
  type KnownModelVersions,
} from "../../../src/core/models";

function version(
  name: string,
  number: number,
  stage: Stage | null = null,
  producerRunId: string | null = null,
): ModelVersion {
  const common = { modelId: "m", model: "m", description: null, created: number, tags: [], note: "" };
  return { ...common, id: `v${number}`, name, number, stage, producerRunId, artifacts: 0 };
}

function known(...versions: ModelVersion[]): KnownModelVersions {
  const find = (fits: (candidate: ModelVersion) => boolean): ModelVersion | null =>
    versions.find(fits) ?? null;
  return {
    highestNumber: Math.max(0, ...versions.map((candidate) => candidate.number)),
    byName: (name) => find((candidate) => candidate.name === name),
    byNumber: (number) => find((candidate) => candidate.number === number),
    byStage: (stage) => find((candidate) => (candidate.stage ?? "none") === stage),
    ofRun: (runId) => find((candidate) => candidate.producerRunId === runId),
  };
}

const withType = (pythonType: string) => (error: unknown) =>
  HeadraceError.is(error) && error.pythonType === pythonType;

test("a version is read as nothing, a stage, a number or a name", () => {
  assert.deepEqual(readVersionReference(null), { by: "new" });
  assert.deepEqual(readVersionReference("latest"), { by: "stage", stage: "latest" });
  assert.deepEqual(readVersionReference("production"), { by: "stage", stage: "production" });
  assert.deepEqual(readVersionReference(2), { by: "number", number: 2 });
  assert.deepEqual(readVersionReference("2"), { by: "number", number: 2 });
  assert.deepEqual(readVersionReference("1.2.42"), { by: "name", name: "1.2.42" });
  assert.deepEqual(readVersionReference("Production"), { by: "name", name: "Production" });
});

test("no version is one new version per run, numbered over all, named ones included", () => {
  const versions = known(version("a", 1), version("b", 2, null, null), version("3", 3, null, "run"));
  assert.deepEqual(decideModelVersion("m", null, versions, "other"), { create: { name: "4", number: 4 } });
  assert.deepEqual(decideModelVersion("m", null, versions, null), { create: { name: "4", number: 4 } });
  const shared = decideModelVersion("m", null, versions, "run");
  assert.ok("found" in shared && shared.found.number === 3);
});

test("a name is found or created; stages and numbers must exist", () => {
  const versions = known(version("1.0.0", 1, "production"), version("2", 2));
  const found = (wanted: string | number): string => {
    const decision = decideModelVersion("m", wanted, versions, "run");
    return "found" in decision ? decision.found.name : `new ${decision.create.name}`;
  };
  assert.equal(found("1.0.0"), "1.0.0");
  assert.equal(found("2.0.0"), "new 2.0.0");
  assert.equal(found("production"), "1.0.0");
  assert.equal(found("latest"), "2");
  assert.equal(found("2"), "2");
  for (const missing of ["staging", 3, "3"]) assert.throws(() => found(missing), withType("KeyError"));
  assert.throws(() => decideModelVersion("m", "latest", known(), "run"), withType("KeyError"));
  assert.throws(() => findModelVersion("m", "nope", versions), /No version named `nope` found for model `m`/);
  assert.equal(findModelVersion("m", null, versions).name, "2");
});

test("names that read as numbers or stages are refused, in the words of who asked", () => {
  for (const name of ["production", "LATEST", "none", "12"]) {
    assert.throws(() => checkNewVersionName(name, "RuntimeError"), withType("RuntimeError"));
    assert.throws(() => checkNewVersionName(name, "ValueError"), withType("ValueError"));
  }
  assert.throws(
    () => decideModelVersion("m", "Production", known(), null),
    /matches one of the possible model version stages/,
  );
  assert.doesNotThrow(() => checkNewVersionName("1.0", "ValueError"));
});

test("a held stage needs force, which archives the holder; archived and none are not held", () => {
  const holder = version("1", 1, "production");
  const next = version("2", 2);
  const holderOf = (stage: Stage): ModelVersion | null => (stage === "production" ? holder : null);
  assert.throws(() => decideStage(next, "production", holderOf, false), {
    message: "Model version 1 is in production, but `force` flag is False.",
  });
  assert.deepEqual(decideStage(next, "production", holderOf, true), {
    stage: "production",
    changed: true,
    archives: holder,
  });
  assert.deepEqual(decideStage(holder, "production", holderOf, false), {
    stage: "production",
    changed: false,
    archives: null,
  });
  assert.deepEqual(
    decideStage(next, "archived", () => holder, false),
    { stage: "archived", changed: true, archives: null },
  );
  assert.deepEqual(decideStage(holder, "none", holderOf, false), {
    stage: null,
    changed: true,
    archives: null,
  });
  for (const stage of ["foo", "latest", ""])
    assert.throws(() => decideStage(next, stage, holderOf, true), withType("ValueError"));
});
