/** The SDK in an environment of the user's: the command, and the offer to Pylance. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { registerSdkCommands } from "../../../src/commands/sdkCommands";
import { AnalysisPaths } from "../../../src/editor/analysisPaths";
import { findsZenml } from "../../../src/runtimes/python/install";
import { deferred } from "../../../src/core/deferred";
import { createWorld, trainingEvents, type World } from "../../mock/world";

const sdk = path.resolve(import.meta.dirname, "../../../src/runtimes/python/sdk");
const python =
  process.env["HEADRACE_TEST_PYTHON"] ?? path.resolve(import.meta.dirname, "../../../.venv/bin/python");
const memory = new Map<string, unknown>();
let world: World;

before(async () => {
  world = await createWorld({ events: trainingEvents });
});
after(() => world.close());

test("the command installs the SDK into the folder's environment", async () => {
  const { mock, services, folder } = world;
  execFileSync(python, ["-m", "venv", path.join(folder, ".venv")]);
  const commands = registerSdkCommands(services, { sdk, version: "0.1.0" });
  await mock.run("headrace.installSdk");
  commands.forEach((command) => command.dispose());
  assert.match(mock.messages.at(-1)?.text ?? "", /can import zenml and headrace now\.$/);
  const inside = path.join(
    folder,
    ".venv",
    process.platform === "win32" ? "Scripts/python.exe" : "bin/python",
  );
  const environment = { ...process.env, PYTHONPATH: "" };
  const printed = execFileSync(inside, ["-c", "import zenml; print(zenml.step)"], { env: environment });
  assert.match(printed.toString(), /function step/);
  const { signal } = new AbortController();
  const found = await findsZenml({ command: inside, args: [], origin: "the test" }, signal);
  assert.equal(found, false, "Pylance, which runs no code, still has to be told");
});

async function offered(resolves: boolean): Promise<readonly string[]> {
  const { mock, services } = world;
  mock.messages.length = 0;
  const listeners = new Set<(folder: string) => void>();
  const onFound = (listener: (folder: string) => void) => {
    listeners.add(listener);
    return { dispose: () => void listeners.delete(listener) };
  };
  const asked = deferred<undefined>();
  const paths = new AnalysisPaths({
    ...services,
    folders: { onFound },
    memory: {
      keys: () => [...memory.keys()],
      get: (key: string) => memory.get(key) as never,
      update: (key: string, value: unknown) => Promise.resolve(void memory.set(key, value)),
    },
    sdk,
    resolves: () => {
      setImmediate(() => asked.resolve(undefined));
      return Promise.resolve(resolves);
    },
  });
  listeners.forEach((tell) => tell(world.folder));
  await Promise.race([asked.promise, new Promise((resolve) => setImmediate(resolve))]);
  await new Promise((resolve) => setImmediate(resolve));
  paths.dispose();
  return mock.messages.map((message) => message.text);
}

test("Pylance is offered the path only when it is there and would not find zenml", async () => {
  const { mock } = world;
  assert.deepEqual(await offered(false), [], "no Pylance");
  mock.extensions.set("ms-python.vscode-pylance", {});
  assert.deepEqual(await offered(true), [], "zenml resolves");
  mock.answers.push("Don’t Ask Again");
  assert.equal((await offered(false)).length, 1);
  assert.deepEqual(await offered(false), [], "the answer is remembered");
});

test("the path is added on request, and kept up to date afterwards", async () => {
  const { mock } = world;
  memory.clear();
  mock.settings.set("extraPaths", ["lib"]);
  mock.answers.push("Add Path");
  await offered(false);
  assert.deepEqual(mock.settings.get("extraPaths"), ["lib", sdk]);
  mock.settings.set("extraPaths", ["lib", "/x/extensions/headrace.headrace-0.0.9/dist/sdk/python"]);
  assert.deepEqual(await offered(false), []);
  assert.deepEqual(mock.settings.get("extraPaths"), ["lib", sdk]);
});
