import assert from "node:assert/strict";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { HeadraceError, type ErrorCode } from "../../../src/core/errors";
import { finishRun, finishStep, makeRun, model, save, startStep, textOf, writePayload } from "./facts";
import { startEngine, type Engine } from "./harness";

let engine: Engine;
before(async () => (engine = await startEngine()));
after(() => engine.close());

const refused = (promise: Promise<unknown>, code: ErrorCode, pythonType: string, text: RegExp) =>
  assert.rejects(promise, (error) => {
    assert.ok(HeadraceError.is(error, code), String(error));
    assert.equal(error.pythonType, pythonType);
    assert.match(error.message, text);
    return true;
  });

describe("saving artifacts", () => {
  it("refuses a version that exists, and counts on from explicit numbers", async () => {
    await save(engine, "checkpoint", { version: "1.2.42_0" });
    await refused(
      save(engine, "checkpoint", { version: "1.2.42_0" }),
      "already-exists",
      "EntityExistsError",
      /^Unable to create artifact version .* An artifact with the same name and version already exists\.$/,
    );
    assert.equal((await save(engine, "checkpoint", { version: 10 })).version, "10");
    assert.equal((await save(engine, "checkpoint")).version, "11");
  });

  it("inside a step makes an output of it and links it to the step's model version", async () => {
    const version = await model(engine, "saver", "1.0.0");
    const run = await makeRun(engine, "saving");
    const step = await startStep(engine, run, "train", { modelVersionId: version });
    const { id, entity } = await save(engine, "inside", { stepRunId: step });
    assert.equal(entity["producerStepRunId"], step);
    assert.equal(entity["saveType"], "manual");
    await finishStep(engine, step);
    await finishRun(engine, run);
    assert.deepEqual(engine.store.reader.step(step)?.outputs, [
      { output: "inside", artifactVersionId: id, saveType: "manual" },
    ]);
    assert.deepEqual(
      engine.store.reader.linkedArtifacts(version).map((linked) => linked.id),
      [id],
    );
  });

  it("refuses what a thread saves after its step has ended", async () => {
    await refused(save(engine, "late", { stepRunId: "gone" }), "conflict", "RuntimeError", /step has ended/);
  });

  it("keeps the user's metadata over the materializer's", async () => {
    const { entity } = await save(engine, "both", { metadata: { length: 7, own: true } });
    assert.deepEqual(entity["metadata"], { length: 7, own: true });
  });

  it("refuses a payload that is not where payloads are prepared", async () => {
    const payload = await writePayload(engine, { here: true });
    const params = {
      name: "x",
      version: null,
      saveType: "manual",
      tags: [],
      metadata: {},
      customName: true,
    } as const;
    const elsewhere = { ...payload, folder: engine.workspace };
    await assert.rejects(engine.ask("artifact.save", { ...params, payload: elsewhere }));
    assert.equal(engine.store.reader.artifact("x"), null);
  });
});

describe("registering files", () => {
  const register = (uri: string, name = "files") =>
    engine.ask("artifact.register", { name, version: null, uri, tags: [], metadata: {}, customName: true });

  it("takes files of the workspace once, and says what else is wrong", async () => {
    const folder = path.join(engine.workspace, "data");
    await mkdir(path.join(folder, "deep"), { recursive: true });
    await writeFile(path.join(folder, "a.txt"), "a");
    await writeFile(path.join(folder, "deep", "b.txt"), "bb");
    const { entity } = await register(folder);
    assert.equal(entity["uri"], folder);
    assert.equal(entity["bytes"], 3);
    assert.equal(entity["saveType"], "preexisting");
    await refused(register(folder), "already-exists", "RuntimeError", /because the URI is already used/);
    await refused(register(path.join(folder, "c.txt")), "not-found", "FileNotFoundError", /does not exist/);
  });

  it("refuses files outside, also through a link", async () => {
    const outside = path.join(tmpdir(), `${path.basename(engine.workspace)}.txt`);
    await writeFile(outside, "secret");
    const inside = path.join(engine.workspace, "innocent.txt");
    await symlink(outside, inside);
    await refused(register(outside), "not-found", "FileNotFoundError", /outside of the workspace/);
    await refused(register(inside), "not-found", "FileNotFoundError", /outside of the workspace/);
    await rm(outside);
  });
});

describe("what a step loads by itself", () => {
  it("is recorded once, under its name or the parameter, and never what it had already", async () => {
    const first = await save(engine, "loaded");
    const second = await save(engine, "loaded");
    const given = await save(engine, "given");
    const run = await makeRun(engine, "loading");
    const input = { kind: "artifact", artifactVersionId: given.id, how: "step_output" } as const;
    const step = await startStep(engine, run, "use", { inputs: { x: input } });
    const load = (artifactVersionId: string, parameter?: string) =>
      engine.ask("artifact.loaded", {
        artifactVersionId,
        ...(parameter === undefined ? {} : { input: parameter }),
        scope: { stepRunId: step, runId: run.id },
      });
    await load(given.id);
    await load(first.id);
    await load(first.id);
    await load(second.id, "y");
    const own = await save(engine, "own", { stepRunId: step });
    await load(own.id);
    await finishStep(engine, step);
    await load((await save(engine, "after")).id);
    const manual = { kind: "artifact", artifactVersionId: first.id, how: "manual" };
    const lazy = { kind: "artifact", artifactVersionId: second.id, how: "lazy" };
    assert.deepEqual(engine.store.reader.step(step)?.inputs, { x: input, loaded: manual, y: lazy });
  });
});

describe("models", () => {
  it("are found without ever making a version", async () => {
    const read = (name: string, version: string | number | null) =>
      engine.ask("model.resolve", { model: { name, version }, create: false });
    await refused(read("reading", null), "not-found", "KeyError", /No model named/);
    assert.equal(engine.store.reader.model("reading"), null);
    await model(engine, "reading", "a");
    await refused(read("reading", "b"), "not-found", "KeyError", /No version named `b`/);
    assert.equal((await read("reading", null)).entity["name"], "a");
    assert.equal(engine.store.reader.model("reading")?.versions, 1);
  });

  it("count over named versions and refuse reserved names", async () => {
    await model(engine, "counted", "a");
    await model(engine, "counted", "b");
    const third = engine.store.reader.modelVersion(await model(engine, "counted"));
    assert.deepEqual([third?.name, third?.number], ["3", 3]);
    const create = (name: string) =>
      engine.ask("entity.create", { kind: "model_version", fields: { model: "counted", name } });
    await refused(create("7"), "invalid", "ValueError", /^Can't create model version with custom numeric/);
    await refused(create("Production"), "invalid", "ValueError", /stage/);
    await refused(create("a"), "already-exists", "EntityExistsError", /already exists/);
    await refused(model(engine, "counted", 9), "not-found", "KeyError", /^No version with number 9/);
  });

  it("hold one version per stage unless forced", async () => {
    const [first, second] = [await model(engine, "staged"), await model(engine, "staged")];
    const stage = (modelVersionId: string, to: string, force = false) =>
      engine.ask("model.stage", { modelVersionId, stage: to, force });
    await stage(first, "production");
    await refused(
      stage(second, "production"),
      "stage-occupied",
      "RuntimeError",
      /^Model version 1 is in production, but `force` flag is False\.$/,
    );
    assert.equal((await stage(second, "production", true)).entity["stage"], "production");
    assert.equal(engine.store.reader.modelVersion(first)?.stage, "archived");
    await refused(stage(second, "shipping"), "invalid", "ValueError", /no stage/);
  });

  it("can be described, renamed and tagged", async () => {
    const created = await engine.ask("entity.create", {
      kind: "model",
      fields: { name: "described", license: "MIT", tags: ["vision"] },
    });
    assert.deepEqual([created.entity["license"], created.entity["tags"]], ["MIT", ["vision"]]);
    const { entity } = await engine.ask("entity.update", {
      kind: "model",
      key: "described",
      fields: { name: "renamed", ethics: "none known" },
      addTags: ["new"],
      removeTags: ["vision"],
    });
    assert.deepEqual([entity["name"], entity["license"], entity["ethics"]], ["renamed", "MIT", "none known"]);
    assert.deepEqual(entity["tags"], ["new"]);
    const version = await model(engine, "renamed", "a");
    await model(engine, "renamed", "b");
    const rename = (name: string) =>
      engine.ask("entity.update", { kind: "model_version", key: version, fields: { name } });
    await refused(rename("b"), "already-exists", "EntityExistsError", /already exists/);
    assert.equal((await rename("c")).entity["name"], "c");
  });
});

describe("links", () => {
  it("are made once, listed, and taken away", async () => {
    const { id } = await save(engine, "linked");
    const version = await model(engine, "linking");
    const link = { artifactVersionId: id, modelVersionId: version };
    assert.deepEqual(await engine.ask("link.create", link), { created: true });
    assert.deepEqual(await engine.ask("link.create", link), { created: false });
    assert.deepEqual(await engine.ask("link.remove", link), { removed: 1 });
    await refused(
      engine.ask("link.remove", link),
      "not-found",
      "KeyError",
      /No model_version_artifact_links/,
    );
    assert.deepEqual(await engine.ask("link.remove", { modelVersionId: version, all: true }), { removed: 0 });
    await refused(
      engine.ask("link.create", { ...link, artifactVersionId: "nope" }),
      "not-found",
      "KeyError",
      /nope/,
    );
  });
});

describe("metadata", () => {
  it("keeps the newest value, merges objects, leaves out what is too long", async () => {
    const { id } = await save(engine, "measured");
    const log = (values: Record<string, string | number | { readonly [key: string]: number }>) =>
      engine.ask("metadata.log", { target: "artifact_version", targetId: id, values });
    await log({ accuracy: 0.5, per_class: { a: 1, b: 1 } });
    await log({ accuracy: 0.9, per_class: { b: 2 } });
    const { skipped } = await log({ long: "x".repeat(70_000) });
    assert.equal(skipped.length, 1);
    assert.match(skipped[0] ?? "", /`long` is 70002 characters/);
    const { accuracy, per_class } = engine.store.reader.metadata("artifact_version", id);
    assert.deepEqual({ accuracy, per_class }, { accuracy: 0.9, per_class: { a: 1, b: 2 } });
  });

  it("refuses what can't have any, and what doesn't exist", async () => {
    const log = (target: string, targetId: string) =>
      engine.ask("metadata.log", { target, targetId, values: { a: 1 } });
    await refused(log("stack", "x"), "invalid", "ValueError", /can't be attached to "stack"/);
    await refused(log("run", "missing"), "not-found", "KeyError", /^No pipeline_runs found/);
  });
});

describe("tags", () => {
  it("are made, changed, renamed with everything that carries them, and deleted", async () => {
    const { id } = await save(engine, "tagged", { tags: ["first"] });
    await engine.ask("entity.create", { kind: "tag", fields: { name: "own", color: "red", cascade: true } });
    await refused(
      engine.ask("entity.create", { kind: "tag", fields: { name: "own" } }),
      "already-exists",
      "EntityExistsError",
      /already exists/,
    );
    const { entity } = await engine.ask("entity.update", {
      kind: "tag",
      key: "own",
      fields: { color: "blue" },
    });
    assert.deepEqual([entity["color"], entity["cascade"]], ["blue", true]);
    await engine.ask("entity.update", { kind: "tag", key: "first", fields: { name: "renamed" } });
    assert.deepEqual(engine.store.reader.artifactVersion(id)?.tags, ["renamed"]);
    await engine.ask("entity.delete", { kind: "tag", key: "renamed" });
    assert.deepEqual(engine.store.reader.artifactVersion(id)?.tags, []);
  });
});

describe("deleting", () => {
  it("checks use before anything goes", async () => {
    const run = await makeRun(engine, "deleting");
    const step = await startStep(engine, run, "make");
    const { id } = await save(engine, "used", { stepRunId: step });
    await finishStep(engine, step);
    const inUse = [
      "in-use",
      "ValueError",
      /^The metadata of artifact versions that are used in runs cannot be deleted\. Please delete all runs/,
    ] as const;
    await refused(engine.ask("entity.delete", { kind: "artifact_version", key: id }), ...inUse);
    await refused(engine.ask("entity.delete", { kind: "artifact", key: "used" }), ...inUse);
    await refused(
      engine.ask("entity.delete", { kind: "run", key: run.id }),
      "in-use",
      "RuntimeError",
      /going on/,
    );
    await finishRun(engine, run);
    await engine.ask("entity.delete", { kind: "run", key: run.id });
    assert.notEqual(engine.store.reader.artifactVersion(id), null, "artifact versions outlive their run");
    assert.deepEqual(await engine.ask("entity.delete", { kind: "artifact", key: "used" }), { deleted: 2 });
    assert.equal(engine.store.reader.artifact("used"), null);
  });

  it("prunes what no run uses, and names only when asked to", async () => {
    const run = await makeRun(engine, "pruning");
    const step = await startStep(engine, run, "make");
    const used = await save(engine, "kept", { stepRunId: step });
    await finishStep(engine, step);
    await finishRun(engine, run);
    const unused = await save(engine, "kept");
    await save(engine, "pruned");
    const prune = (onlyVersions: boolean) =>
      engine.ask("entity.delete", {
        kind: "artifact_version",
        key: null,
        options: { unused: true, onlyVersions },
      });
    await prune(true);
    assert.equal(engine.store.reader.artifactVersion(unused.id), null);
    assert.notEqual(engine.store.reader.artifactVersion(used.id), null);
    assert.equal(engine.store.reader.artifact("pruned")?.versions, 0);
    await prune(false);
    assert.equal(engine.store.reader.artifact("pruned"), null);
    assert.equal(engine.store.reader.artifact("kept")?.versions, 1);
  });

  it("lets artifacts outlive their model", async () => {
    const { id } = await save(engine, "survivor");
    const version = await model(engine, "mortal");
    await engine.ask("link.create", { artifactVersionId: id, modelVersionId: version });
    await engine.ask("entity.delete", { kind: "model", key: "mortal" });
    assert.equal(engine.store.reader.modelVersion(version), null);
    assert.deepEqual(engine.store.reader.linkedModels(id), []);
    assert.notEqual(engine.store.reader.artifactVersion(id), null);
  });
});

describe("related things", () => {
  it("gives a model version's artifacts by category, of a name the one created last", async () => {
    const version = await model(engine, "related");
    const linked = async (options: Parameters<typeof save>[2]) => {
      const made = await save(engine, "thing", options);
      await engine.ask("link.create", { artifactVersionId: made.id, modelVersionId: version });
      return made.id;
    };
    const data = await linked({});
    const trained = await linked({ type: "ModelArtifact" });
    const artifact = async (category: string, wanted?: string) => {
      const options = { name: "thing", category, ...(wanted === undefined ? {} : { version: wanted }) };
      const { value } = await engine.ask("entity.related", {
        kind: "model_version",
        id: version,
        relation: "artifact",
        options,
      });
      return value === null ? null : (value as { readonly id: string }).id;
    };
    assert.equal(await artifact("any"), trained);
    assert.equal(await artifact("data"), data);
    assert.equal(await artifact("model"), trained);
    assert.equal(await artifact("any", "1"), data);
    assert.equal(await artifact("deployment"), null);
  });

  it("gives logs, which may be missing or long", async () => {
    const run = await makeRun(engine, "logging");
    const step = await startStep(engine, run, "talk");
    const logs = async (kind: "run" | "step_run", id: string) =>
      (await engine.ask("entity.related", { kind, id, relation: "logs" })).value;
    assert.equal(await logs("step_run", step), "");
    const file = engine.logFile(run.id, "talk");
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${"x".repeat(5 << 20)}end`);
    const text = textOf(await logs("step_run", step));
    assert.equal(text.length, 4 << 20);
    assert.ok(text.endsWith("end"));
    await finishStep(engine, step);
    await finishRun(engine, run);
  });

  it("refuses relations that there are not", async () => {
    const ask = engine.ask("entity.related", { kind: "run", id: "x", relation: "constructor" });
    await refused(ask, "invalid", "ValueError", /has no "constructor"/);
  });
});
