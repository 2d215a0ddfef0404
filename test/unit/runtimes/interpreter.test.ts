/** Which Python is taken, and what is said when it won't do. */
import assert from "node:assert/strict";
import { chmod, mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import { findInterpreter } from "../../../src/runtimes/python/interpreter";
import { probe, requireSuitable, stampOf } from "../../../src/runtimes/python/probe";
import { PYTHON, never, python, temporaryFolder } from "./harness";

async function environmentAt(folder: string): Promise<string> {
  await mkdir(path.join(folder, "bin"), { recursive: true });
  await symlink(PYTHON, path.join(folder, "bin", "python"));
  return path.join(folder, "bin", "python");
}

/** A program that answers like a Python of that version. */
async function pretender(place: string, version: string): Promise<string> {
  const facts = { version, executable: place, prefix: path.dirname(place) };
  await writeFile(place, `#!/bin/sh\necho '${JSON.stringify(facts)}'\n`);
  await chmod(place, 0o755);
  return place;
}

test("explicit goes before the setting, the setting before the Python extension, that before folders and PATH", async (t) => {
  const workspace = await temporaryFolder(t);
  const file = path.join(workspace, "pipelines", "deep", "train.py");
  const inFolder = await environmentAt(path.join(workspace, "pipelines", ".venv"));
  const above = await environmentAt(path.join(workspace, "venv"));
  const [explicit, setting, chosen] = await Promise.all(
    ["a", "b", "c"].map((name) => pretender(path.join(workspace, name), "3.11.0")),
  );
  const sources = {
    setting: () => ({ value: setting!, name: "headrace.python.interpreter" }),
    pythonExtension: () => Promise.resolve(chosen!),
  };
  const request = { file, workspace, signal: never };
  const found = async (...args: Parameters<typeof findInterpreter>): Promise<string> =>
    (await findInterpreter(...args)).command;
  assert.equal(await found({ ...request, explicit: explicit! }, sources), explicit);
  assert.equal(await found(request, sources), setting);
  assert.equal(await found(request, { pythonExtension: sources.pythonExtension }), chosen);
  assert.equal(await found(request), inFolder);
  assert.equal(await found({ ...request, file: path.join(workspace, "other.py") }), above);
  const outside = await temporaryFolder(t);
  const onPath = await findInterpreter({ ...request, file: path.join(outside, "x.py"), workspace: outside });
  assert.equal(onPath.origin, "PATH");
});

test("HEADRACE_PYTHON comes after the folder's own environment and before PATH", async (t) => {
  const workspace = await temporaryFolder(t);
  const request = { file: path.join(workspace, "a.py"), workspace, signal: never };
  const named = await pretender(path.join(workspace, "named"), "3.11.0");
  process.env["HEADRACE_PYTHON"] = named;
  t.after(() => delete process.env["HEADRACE_PYTHON"]);
  const found = await findInterpreter(request);
  assert.deepEqual([found.command, found.origin], [named, "the environment variable HEADRACE_PYTHON"]);
  const own = await environmentAt(path.join(workspace, ".venv"));
  assert.equal((await findInterpreter(request)).command, own);
});

test("a virtual environment's folder stands for its interpreter; relative paths are the workspace's", async (t) => {
  const workspace = await temporaryFolder(t);
  const inside = await environmentAt(path.join(workspace, "envs", "ml"));
  const request = { file: path.join(workspace, "a.py"), workspace, signal: never, explicit: "./envs/ml" };
  assert.equal((await findInterpreter(request)).command, inside);
});

test("a missing interpreter is named, with the place that named it", async (t) => {
  const workspace = await temporaryFolder(t);
  const request = { file: path.join(workspace, "a.py"), workspace, signal: never };
  const setting = () => ({ value: "/no/such/python", name: "headrace.python.interpreter" });
  await assert.rejects(findInterpreter(request, { setting }), (error: unknown) => {
    assert.ok(HeadraceError.is(error, "interpreter-missing"));
    assert.match(error.message, /setting headrace\.python\.interpreter.*\/no\/such\/python/);
    assert.ok(error.advice !== undefined);
    return true;
  });
  await assert.rejects(findInterpreter({ ...request, explicit: "no-such-python" }), /not on PATH/);
});

test("an interpreter that is too old says its version, place and origin", async (t) => {
  const command = await pretender(path.join(await temporaryFolder(t), "python"), "3.8.18");
  await assert.rejects(requireSuitable({ command, args: [], origin: "PATH" }), (error: unknown) => {
    assert.ok(HeadraceError.is(error, "interpreter-too-old"));
    assert.match(error.message, /3\.8\.18.*from PATH/);
    assert.match(error.advice ?? "", /3\.9/);
    return true;
  });
});

test("what is no Python says what it said", async (t) => {
  const command = path.join(await temporaryFolder(t), "python");
  await writeFile(command, "#!/bin/sh\necho 'pyenv: version 3.13 is not installed' >&2\nexit 127\n");
  await chmod(command, 0o755);
  await assert.rejects(probe({ command, args: [], origin: "PATH" }), /pyenv: version 3\.13 is not installed/);
});

test("facts are those of the real interpreter, and the stamp changes when packages come", async (t) => {
  const folder = path.join(await temporaryFolder(t), "venv");
  const command = await environmentAt(folder);
  const packages = path.join(folder, "lib", "python3.11", "site-packages");
  await mkdir(packages, { recursive: true });
  const { version } = await probe(python);
  assert.match(version, /^3\.\d+\.\d+$/);
  const interpreter = { command, args: [], origin: "the test" };
  const before = await stampOf(interpreter);
  assert.equal(await stampOf(interpreter), before);
  await utimes(packages, new Date(0), new Date(0));
  assert.notEqual(await stampOf(interpreter), before);
});
