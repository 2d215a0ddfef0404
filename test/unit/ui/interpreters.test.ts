/** Which Python the editor knows of: the setting first, then what the Python extensions have chosen. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Interpreters } from "../../../src/ui/interpreters";
import { MockVSCode } from "../../mock/vscode";
import { EventEmitter, type Uri } from "../../mock/vscodeTypes";

const FOLDER = "/w/project";
const PYTHON = "ms-python.python";
const ENVIRONMENTS = "ms-python.vscode-python-envs";
const never = new AbortController().signal;

/** Stands in for the Python extension, which has chosen an interpreter for each folder. */
function pythonExtension(chosen: string, isActive = true) {
  const changed = new EventEmitter<unknown>();
  const exports = {
    environments: {
      getActiveEnvironmentPath: (resource: Uri) => ({ id: resource.fsPath, path: chosen }),
      resolveEnvironment: (active: { path: string }) =>
        Promise.resolve(active.path === "" ? undefined : { executable: { uri: { fsPath: active.path } } }),
      onDidChangeActiveEnvironmentPath: changed.event,
    },
  };
  let activated = isActive;
  return {
    changed,
    extension: {
      get isActive() {
        return activated;
      },
      get exports() {
        return activated ? exports : undefined;
      },
      activate: () => {
        activated = true;
        return Promise.resolve(exports);
      },
    },
  };
}

function environmentsExtension(chosen: string | undefined) {
  const changed = new EventEmitter<unknown>();
  const environment = chosen === undefined ? undefined : { execInfo: { run: { executable: chosen } } };
  return {
    changed,
    extension: {
      isActive: true,
      exports: {
        getEnvironment: () => Promise.resolve(environment),
        onDidChangeEnvironment: changed.event,
      },
    },
  };
}

const silent = { info: () => null, warn: () => null, error: () => null, show: () => null };

function interpretersWith(extensions: Readonly<Record<string, unknown>>) {
  const mock = new MockVSCode(FOLDER);
  for (const [id, extension] of Object.entries(extensions)) mock.extensions.set(id, extension);
  const interpreters = new Interpreters(mock.api, silent);
  const sources = interpreters.sources(FOLDER);
  const chosen = async (): Promise<string | null> => (await sources.pythonExtension?.("a.py", never)) ?? null;
  return { mock, interpreters, sources, chosen };
}

test("without any Python extension nothing is chosen", async () => {
  assert.equal(await interpretersWith({}).chosen(), null);
});

test("the Python extension's choice, also when it was not awake yet", async () => {
  assert.equal(
    await interpretersWith({ [PYTHON]: pythonExtension("/envs/a/bin/python").extension }).chosen(),
    "/envs/a/bin/python",
  );
  const asleep = pythonExtension("/envs/b/bin/python", false);
  assert.equal(await interpretersWith({ [PYTHON]: asleep.extension }).chosen(), "/envs/b/bin/python");
});

test("the newer extension goes before the older, which answers when that one has chosen nothing", async () => {
  const older = pythonExtension("/older/python").extension;
  const both = (chosen: string | undefined) =>
    interpretersWith({ [PYTHON]: older, [ENVIRONMENTS]: environmentsExtension(chosen).extension }).chosen();
  assert.equal(await both("/newer/python"), "/newer/python");
  assert.equal(await both(undefined), "/older/python");
});

test("the older extension's placeholder for nothing is no choice", async () => {
  assert.equal(await interpretersWith({ [PYTHON]: pythonExtension("python").extension }).chosen(), null);
});

test("an extension that answers nonsense, or fails to start, is passed over", async () => {
  for (const broken of [
    { isActive: true, exports: undefined },
    { isActive: true, exports: { environments: { getActiveEnvironmentPath: () => 7 } } },
    { isActive: false, activate: () => Promise.reject(new Error("no")) },
  ]) {
    assert.equal(await interpretersWith({ [PYTHON]: broken }).chosen(), null);
  }
});

test("the setting may name the folder", () => {
  const { mock, sources } = interpretersWith({});
  assert.equal(sources.setting?.("a.py"), null);
  mock.set("python.interpreter", " ${workspaceFolder}/.venv/bin/python ");
  assert.deepEqual(sources.setting("a.py"), {
    value: `${FOLDER}/.venv/bin/python`,
    name: "headrace.python.interpreter",
  });
});

test("another choice, in the setting or in the extension, is told", async () => {
  const python = pythonExtension("/a/python");
  const { mock, interpreters, chosen } = interpretersWith({ [PYTHON]: python.extension });
  let told = 0;
  interpreters.onDidChange(() => (told += 1));
  mock.set("python.interpreter", "x");
  assert.equal(told, 1);
  await chosen();
  await chosen();
  python.changed.fire({});
  assert.equal(told, 2, "listened to once, however often it was asked");
});
