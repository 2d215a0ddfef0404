/** Engines of folders: opened for reading only without trust, and again for writing when trust is given. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { openEngine } from "../../../src/engine/open";
import { Engines } from "../../../src/ui/engines";
import { MockVSCode } from "../../mock/vscode";

const root = path.resolve(import.meta.dirname, "../../..");
const silent = { info: () => null, warn: () => null, error: () => null, show: () => null };

test("trust opens each folder's engine for writing; each folder has its own", async (t) => {
  const folders = await Promise.all(
    ["a", "b"].map((name) => mkdtemp(path.join(tmpdir(), `headrace-${name}-`))),
  );
  const [first = "", second = ""] = folders;
  const mock = new MockVSCode(first, second);
  mock.trusted = false;
  const factory = {
    open: (workspace: string) =>
      openEngine({
        workspace,
        store: path.join(workspace, ".headrace"),
        extensionRoot: root,
        keepsSpare: false,
        ...(mock.trusted ? {} : { refusal: "the workspace is in Restricted Mode" }),
      }),
    hasStore: () => Promise.resolve(true),
  };
  const engines = new Engines(mock.api, factory, silent);
  t.after(async () => {
    await engines.closeAll();
    engines.dispose();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });
  for (const folder of folders) {
    const engine = await engines.get(folder);
    assert.match(engine.readOnly ?? "", /Restricted Mode/);
    await assert.rejects(
      engine.run({ file: path.join(folder, "a.py"), pipeline: null, origin: "editor" }).finished,
    );
  }
  const opened = new Promise<void>((resolve) => {
    const ready = new Set<string>();
    engines.onState((folder) => {
      if (engines.peek(folder) !== null) ready.add(folder);
      if (ready.size === folders.length) resolve();
    });
  });
  mock.grantTrust();
  await opened;
  assert.deepEqual(
    folders.map((folder) => engines.peek(folder)?.readOnly),
    [null, null],
  );
  assert.notEqual(engines.peek(first), engines.peek(second));
  assert.equal(engines.folderOf(path.join(second, "pipelines", "a.py")), second);
  assert.equal(engines.folderOf(path.join(tmpdir(), "elsewhere.py")), null);
});
