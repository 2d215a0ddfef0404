import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import type { JsonObject } from "../../../src/core/json";
import type { EntityName } from "../../../src/runtimes/protocol";
import { finishRun, finishStep, makeRun, model, save, startStep, textOf } from "./facts";
import { startEngine, type Engine } from "./harness";

describe("lists", () => {
  let engine: Engine;
  const ids: string[] = [];

  before(async () => {
    engine = await startEngine();
    for (let number = 1; number <= 12; number += 1) {
      const { id } = await save(engine, number % 2 === 0 ? "even" : "odd_one", {
        metadata: { accuracy: number / 10, label: `n${number}`, deep: { at: number }, ok: number > 6 },
        tags: number > 9 ? ["big", "all"] : ["all"],
      });
      ids.push(id);
    }
  });
  after(() => engine.close());

  const list = (kind: EntityName, filters: JsonObject, sort?: string, page = 1, size = 20) =>
    engine.ask("entity.list", { kind, filters, page, size, ...(sort === undefined ? {} : { sort }) });
  /** Which of the twelve versions a filter finds. */
  const numbers = async (filters: JsonObject, sort?: string) =>
    (await list("artifact_version", filters, sort)).items.map((item) => ids.indexOf(textOf(item["id"])) + 1);

  it("pages through everything in the order of creation", async () => {
    const pages = await Promise.all(
      [1, 2, 3, 4].map((page) => list("artifact_version", {}, "created", page, 5)),
    );
    assert.deepEqual(
      pages.map(({ items }) => items.length),
      [5, 5, 2, 0],
    );
    assert.ok(pages.every(({ total }) => total === 12));
    assert.deepEqual(
      pages.flatMap(({ items }) => items.map((item) => item["id"])),
      ids,
    );
  });

  it("sorts both ways, numbers as numbers", async () => {
    await save(engine, "sorted", { version: "text" });
    for (let count = 0; count < 11; count += 1) await save(engine, "sorted");
    const versions = async (sort: string) =>
      (await list("artifact_version", { artifact: "sorted" }, sort)).items.map((item) => item["version"]);
    assert.deepEqual((await versions("desc:version_number")).slice(0, 3), ["11", "10", "9"]);
    assert.deepEqual((await versions("asc:version_number")).slice(0, 3), ["text", "1", "2"]);
    assert.equal((await versions("desc:created"))[0], "11");
  });

  it("compares with every operator", async () => {
    const even = [2, 4, 6, 8, 10, 12];
    const odd = [1, 3, 5, 7, 9, 11];
    assert.deepEqual(await numbers({ name: "even" }), even);
    assert.deepEqual(await numbers({ name: "equals:even" }), even);
    assert.deepEqual(await numbers({ name: "notequals:even", tag: "all" }), odd);
    assert.deepEqual(await numbers({ name: "contains:ve" }), even);
    assert.deepEqual(await numbers({ name: "startswith:odd_" }), odd);
    assert.deepEqual(await numbers({ name: "endswith:_one" }), odd);
    assert.deepEqual(await numbers({ name: 'oneof:["even", "none"]' }), even);
    assert.deepEqual(await numbers({ name: "even", version_number: "gt:4" }), [10, 12]);
    assert.deepEqual(await numbers({ name: "even", version_number: "lte:2" }), [2, 4]);
    assert.deepEqual(await numbers({ name: "even", version: ["startswith:1", "endswith:1"] }), [2]);
  });

  it("takes `_` and `%` in a filter for themselves", async () => {
    assert.deepEqual(await numbers({ name: "contains:_o" }), [1, 3, 5, 7, 9, 11]);
    assert.deepEqual(await numbers({ name: "contains:%" }), []);
    assert.deepEqual(await numbers({ name: "contains:e_e" }), []);
  });

  it("filters by the newest value of metadata", async () => {
    assert.deepEqual(await numbers({ run_metadata: ["accuracy:gt:0.9"] }), [10, 11, 12]);
    assert.deepEqual(await numbers({ run_metadata: ["accuracy:gte:0.9", "accuracy:lt:1.1"] }), [9, 10]);
    assert.deepEqual(await numbers({ run_metadata: ["label:n3"] }), [3]);
    assert.deepEqual(await numbers({ run_metadata: ["label:startswith:n1"] }), [1, 10, 11, 12]);
    assert.deepEqual(await numbers({ run_metadata: ["ok:True"], name: "even" }), [8, 10, 12]);
    assert.deepEqual(await numbers({ run_metadata: ["accuracy:0.3"] }), [3]);
    await engine.ask("metadata.log", {
      target: "artifact_version",
      targetId: ids[2]!,
      values: { accuracy: 5 },
    });
    assert.deepEqual(await numbers({ run_metadata: ["accuracy:gt:4"] }), [3]);
    assert.deepEqual(await numbers({ run_metadata: ["accuracy:0.3"] }), []);
    await engine.ask("metadata.log", {
      target: "artifact_version",
      targetId: ids[2]!,
      values: { accuracy: 0.3 },
    });
  });

  it("wants all tags, and joins other filters as it is told", async () => {
    assert.deepEqual(await numbers({ tags: ["all", "big"] }), [10, 11, 12]);
    assert.deepEqual(await numbers({ tag: "startswith:bi" }), [10, 11, 12]);
    assert.deepEqual(await numbers({ tag: "big", name: "even" }), [10, 12]);
    assert.deepEqual(
      await numbers({ tag: "big", name: "even", logical_operator: "or" }),
      [2, 4, 6, 8, 10, 11, 12],
    );
  });

  it("compares times in UTC", async () => {
    assert.equal((await list("artifact_version", { created: "gt:2020-01-01" })).total >= 12, true);
    assert.equal((await list("artifact_version", { created: "lt:2020-01-01 00:00:00" })).total, 0);
    assert.equal((await list("artifact_version", { created: "in:2020-01-01,2021-01-01" })).total, 0);
  });

  it("knows what is linked, produced and unused", async () => {
    const used = await model(engine, "classifier", "1.0.0");
    await engine.ask("link.create", { artifactVersionId: ids[0]!, modelVersionId: used });
    const run = await makeRun(engine, "producing", { name: "producing-1" });
    const step = await startStep(engine, run, "train", { modelVersionId: used });
    const { id } = await save(engine, "produced", { stepRunId: step });
    await finishStep(engine, step);
    await finishRun(engine, run);
    const found = async (filters: JsonObject) =>
      (await list("artifact_version", filters)).items.map((item) => textOf(item["id"]));
    assert.deepEqual(await found({ model_version_id: used }), [ids[0], id]);
    assert.deepEqual(await found({ model: "classifier" }), [ids[0], id]);
    assert.deepEqual(await found({ pipeline_run: "producing-1" }), [id]);
    assert.deepEqual(await found({ pipeline_run: run.id }), [id]);
    assert.ok(!(await found({ only_unused: true })).includes(id));
    assert.ok((await found({ only_unused: true })).includes(ids[0]!));
    assert.deepEqual(
      (await list("link", { artifact_name: "produced" })).items.map((item) => item["artifactVersionId"]),
      [id],
    );
    assert.equal((await list("run", { model: "classifier" })).total, 0, "the run itself has no model");
    assert.deepEqual((await list("step_run", { model: "classifier" })).items[0]?.["invocation"], "train");
  });

  it("finds runs by state in ZenML's words, newest first", async () => {
    const failed = await makeRun(engine, "states");
    await finishRun(engine, failed, "failed");
    const good = await makeRun(engine, "states");
    await finishRun(engine, good);
    const active = await makeRun(engine, "states");
    const runs = async (filters: JsonObject) =>
      (await list("run", { pipeline: "states", ...filters }, "desc:created")).items.map((item) => item["id"]);
    assert.deepEqual(await runs({}), [active.id, good.id, failed.id]);
    assert.deepEqual(await runs({ status: "failed" }), [failed.id]);
    assert.deepEqual(await runs({ status: "notequals:failed" }), [active.id, good.id]);
    assert.deepEqual(await runs({ in_progress: true }), [active.id]);
    assert.deepEqual(await runs({ index: "gte:2" }), [active.id, good.id]);
  });

  it("refuses what is no field, no operator's value, no direction", async () => {
    const refused = (promise: Promise<unknown>, text: RegExp) =>
      assert.rejects(promise, (error) => {
        assert.ok(HeadraceError.is(error, "invalid"));
        assert.equal(error.pythonType, "ValueError");
        assert.match(error.message, text);
        return true;
      });
    await refused(
      list("artifact_version", {}, "digest"),
      /^You can only sort by valid fields of this resource/,
    );
    await refused(list("artifact_version", {}, "up:created"), /^You can only sort/);
    await refused(list("artifact_version", { digest: "x" }), /can't be filtered by "digest"/);
    await refused(list("artifact_version", { "1; DROP TABLE run": "x" }), /can't be filtered/);
    await refused(list("artifact_version", { constructor: "x" }), /can't be filtered/);
    await refused(list("artifact_version", { version_number: "gt:big" }), /wants a number/);
    await refused(list("artifact_version", { created: "gt:yesterday" }), /wants a time/);
    await refused(list("artifact_version", { name: "oneof:even" }), /wants a list/);
    await refused(list("artifact_version", { run_metadata: ["accuracy"] }), /key:operator:value/);
    await refused(list("artifact_version", {}, undefined, 0), /`page`/);
    await refused(list("artifact_version", {}, undefined, 1, 10_001), /`size`/);
  });
});
