import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import type { Json } from "../../../src/core/json";
import type { EntityName } from "../../../src/runtimes/protocol";
import { finishRun, makeRun, model, save, textOf } from "./facts";
import { startEngine, type Engine } from "./harness";

describe("looking up one entity", () => {
  let engine: Engine;
  before(async () => (engine = await startEngine()));
  after(() => engine.close());

  const get = async (kind: EntityName, key: Json, version?: Json) =>
    (await engine.ask("entity.get", { kind, key, ...(version === undefined ? {} : { version }) })).entity;
  const refused = (
    kind: EntityName,
    key: Json,
    version: Json | undefined,
    pythonType: string,
    text: RegExp,
  ) =>
    assert.rejects(get(kind, key, version), (error) => {
      assert.ok(HeadraceError.is(error));
      assert.equal(error.pythonType, pythonType);
      assert.match(`${error.message} ${error.advice ?? ""}`, text);
      return true;
    });

  it("finds an artifact version by id, in whatever form the id is written", async () => {
    const { id } = await save(engine, "by_id");
    for (const key of [id, id.toUpperCase(), id.replaceAll("-", "")]) {
      assert.equal((await get("artifact_version", key))["id"], id);
    }
  });

  it("takes the version created last when a name has no version, not the highest number", async () => {
    await save(engine, "latest", { version: 10 });
    const { id } = await save(engine, "latest", { version: "rc" });
    assert.equal((await get("artifact_version", "latest"))["id"], id);
    assert.equal((await save(engine, "latest")).version, "11");
  });

  it("finds a version by its text or its number", async () => {
    const first = await save(engine, "versions");
    const named = await save(engine, "versions", { version: "1.2.42_0" });
    assert.equal((await get("artifact_version", "versions", "1"))["id"], first.id);
    assert.equal((await get("artifact_version", "versions", 1))["id"], first.id);
    assert.equal((await get("artifact_version", "versions", "1.2.42_0"))["id"], named.id);
  });

  it("finds by the beginning of an id, and says what else begins so", async () => {
    const { id } = await save(engine, "prefixed");
    assert.equal((await get("artifact_version", id.slice(0, 13)))["id"], id);
    // Of seventeen versions two begin with the same hexadecimal digit.
    for (let count = 0; count < 17; count += 1) await save(engine, "many");
    const rows = engine.store.reader.query(
      "SELECT substr(id, 1, 1) AS head FROM artifact_version " +
        "WHERE artifact = (SELECT key FROM artifact WHERE name = 'many') GROUP BY head HAVING count(*) > 1 LIMIT 1",
    );
    const head = String(rows[0]?.["head"]);
    await refused(
      "artifact_version",
      head,
      undefined,
      "ZenKeyError",
      /Multiple artifact_versions.*many \d+ \(/s,
    );
  });

  it("says which versions there are when only the version is wrong", async () => {
    await save(engine, "known");
    await refused(
      "artifact_version",
      "known",
      "7",
      "KeyError",
      /^No artifact_versions found for name, ID or prefix known\. Artifact known has no version 7; its latest is 1\.$/,
    );
    await refused("artifact_version", "unknown", undefined, "KeyError", /prefix unknown\. $/);
  });

  it("never takes the wildcards of SQL in a name for what they are", async () => {
    await refused("artifact_version", "kno%", undefined, "KeyError", /kno%/);
    await refused("artifact", "' OR 1=1 --", undefined, "KeyError", /OR 1=1/);
  });

  it("finds model versions by nothing, number, stage, name and id", async () => {
    const first = await model(engine, "iris", "alpha");
    const second = await model(engine, "iris");
    await engine.ask("model.stage", { modelVersionId: first, stage: "production", force: false });
    assert.equal((await get("model_version", "iris"))["id"], second);
    assert.equal((await get("model_version", "iris", "latest"))["id"], second);
    assert.equal((await get("model_version", "iris", 1))["id"], first);
    assert.equal((await get("model_version", "iris", "production"))["id"], first);
    assert.equal((await get("model_version", "iris", "none"))["id"], second);
    assert.equal((await get("model_version", "iris", "alpha"))["id"], first);
    assert.equal(
      (await get("model_version", "iris", "2"))["id"],
      second,
      "an automatic version is named by its number",
    );
    assert.equal((await get("model_version", "iris", second))["id"], second);
    assert.equal((await get("model_version", first))["name"], "alpha");
    await refused(
      "model_version",
      "iris",
      "1",
      "KeyError",
      /Model iris has 2 versions, but none that is "1"/,
    );
    await refused("model_version", "iris", "staging", "KeyError", /none that is "staging"/);
    await refused("model_version", "rose", undefined, "KeyError", /^No models found/);
  });

  it("finds runs by the beginning of their name, unless the whole name is asked for", async () => {
    const run = await makeRun(engine, "training", { name: "training-2026_01_31" });
    await finishRun(engine, run);
    assert.equal((await get("run", "training-2026"))["id"], run.id);
    assert.equal((await get("run", { exact: "training-2026_01_31" }))["id"], run.id);
    await refused("run", { exact: "training-2026" }, undefined, "KeyError", /^No pipeline_runs found/);
    await makeRun(engine, "training", { name: "training-2026_02_01" });
    await refused(
      "run",
      "training-2026",
      undefined,
      "ZenKeyError",
      /training-2026_01_31 \(.*training-2026_02_01 \(/s,
    );
  });

  it("gives entities with their metadata, tags and folder", async () => {
    const { id } = await save(engine, "whole", { metadata: { accuracy: 0.9 }, tags: ["good"] });
    const entity = await get("artifact_version", id);
    assert.deepEqual(entity["metadata"], { length: 1, accuracy: 0.9 });
    assert.deepEqual(entity["tags"], ["good"]);
    assert.match(textOf(entity["folder"]), /artifacts.[0-9a-f]{2}.[0-9a-f]{62}$/);
  });
});
