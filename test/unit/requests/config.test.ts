import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import { readConfig } from "../../../src/engine/requests/config";

describe("reading a configuration file", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), "headrace-config-"))));
  after(() => rm(folder, { recursive: true }));

  const read = async (text: string, environment: Record<string, string> = {}) => {
    await writeFile(path.join(folder, "run.yaml"), text);
    return (await readConfig("run.yaml", folder, environment)).value;
  };

  it("fills in the environment, in values and deep inside", async () => {
    const text =
      "parameters:\n  path: ${ROOT}/data\n  lr: 0.1\nsteps: {a: {parameters: {names: ['${NAME}', plain]}}}\n";
    assert.deepEqual(await read(text, { ROOT: "/x", NAME: "n" }), {
      parameters: { path: "/x/data", lr: 0.1 },
      steps: { a: { parameters: { names: ["n", "plain"] } } },
    });
  });

  it("says which variable is missing, and where YAML is wrong", async () => {
    await assert.rejects(read("a: ${ABSENT}"), (error) => {
      assert.ok(HeadraceError.is(error, "invalid"));
      assert.match(error.message, /run\.yaml refers to the environment variable ABSENT, which is not set/);
      return true;
    });
    await assert.rejects(read("a: 1\nb: [1, 2\n"), (error) => {
      assert.ok(HeadraceError.is(error, "invalid"));
      assert.equal(error.location?.file, path.join(folder, "run.yaml"));
      assert.equal(error.pythonType, "ValueError");
      return true;
    });
  });

  it("raises FileNotFoundError for a file that isn't there", async () => {
    await assert.rejects(readConfig("absent.yaml", folder, {}), (error) => {
      assert.ok(HeadraceError.is(error, "not-found"));
      assert.equal(error.pythonType, "FileNotFoundError");
      return true;
    });
  });

  it("takes an empty file for nothing, and doesn't grow a small one into a giant", async () => {
    assert.equal(await read(""), null);
    const levels = Array.from(
      { length: 9 },
      (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}*l${n}]`,
    );
    await assert.rejects(read(`l0: &l0 [x]\n${levels.join("\n")}\n`));
  });
});
