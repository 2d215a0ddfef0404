import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import { startEngine, type Engine } from "./harness";

describe("the border", () => {
  let engine: Engine;
  before(async () => (engine = await startEngine()));
  after(() => engine.close());

  const wrong = async (method: string, params: unknown, text: RegExp) => {
    await assert.rejects(engine.ask(method as "entity.get", params as never), (error) => {
      assert.ok(HeadraceError.is(error), String(error));
      assert.match(error.message, text);
      return true;
    });
  };

  it("answers no method that it doesn't have", async () => {
    await wrong("store.erase", {}, /answers no method "store\.erase"/);
    await wrong("constructor", {}, /answers no method/);
    await wrong("hello", {}, /answers no method/);
  });

  it("says which parameter is not valid", async () => {
    await wrong("entity.get", { kind: "stack", key: "x" }, /`kind` that is not valid/);
    await wrong("entity.get", null, /parameters that are not valid/);
    await wrong("model.resolve", { model: { name: "", version: null }, create: true }, /`model\.name`/);
    await wrong("artifact.save", { name: "x", payload: { digest: "../../etc" } }, /not valid/);
    await wrong("link.create", { artifactVersionId: "x" }, /`modelVersionId`/);
  });
});
