/** The types of `headrace` in folders of the user's: the offer, what is written, and what is not. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";
import test from "node:test";
import type { TestContext } from "node:test";
import { NodeTypes } from "../../../src/editor/nodeTypes";
import type { DiscoveredFile } from "../../../src/discovery/model";
import { createWorld, trainingEvents, type World } from "../../mock/world";
import { HeadraceError } from "../../../src/core/errors";
import { addDependency, findsHeadrace, isOutdated, writeTypes } from "../../../src/runtimes/node/install";

const sdk = path.resolve(import.meta.dirname, "../../../src/runtimes/node/sdk/headrace");

async function folder(t: TestContext): Promise<string> {
  const made = await realpath(await mkdtemp(path.join(tmpdir(), "headrace-types-")));
  t.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

test("types go where no file of the user's changes, and are renewed when they are another version's", async (t) => {
  const place = await folder(t);
  assert.equal(findsHeadrace(path.join(place, "src")), false);
  const written = await writeTypes(place, sdk);
  assert.equal(findsHeadrace(path.join(place, "src")), true);
  assert.equal(await readFile(path.join(written, ".gitignore"), "utf8"), "*\n");
  assert.equal(await isOutdated(place, sdk), false);
  await writeFile(path.join(written, "index.d.ts"), "export {};\n");
  assert.equal(await isOutdated(place, sdk), true);
  await writeTypes(place, sdk);
  assert.equal(await isOutdated(place, sdk), false);
});

test("a dependency is written beside the code, and package.json keeps what it says and how", async (t) => {
  const place = await folder(t);
  const manifest = path.join(place, "package.json");
  await writeFile(manifest, '{\n\t"name": "mine",\n\t"devDependencies": { "zod": "1", "a": "2" }\n}\n');
  const done = await addDependency(place, sdk);
  assert.equal(done.isNewManifest, false);
  const text = await readFile(manifest, "utf8");
  assert.deepEqual(JSON.parse(text), {
    name: "mine",
    devDependencies: { a: "2", headrace: "file:vendor/headrace", zod: "1" },
  });
  assert.match(text, /^\{\n\t"name"/);
  assert.equal(existsSync(path.join(place, "vendor/headrace/index.d.ts")), true);
  assert.equal(
    await realpath(path.join(place, "node_modules/headrace")),
    path.join(place, "vendor", "headrace"),
  );
  assert.equal((await addDependency(place, sdk)).isNewManifest, false, "again, after an update");
});

test("a folder without a package.json gets a private one; what is not ours is not replaced", async (t) => {
  const place = await folder(t);
  assert.equal((await addDependency(place, sdk)).isNewManifest, true);
  assert.equal(
    (JSON.parse(await readFile(path.join(place, "package.json"), "utf8")) as { private: boolean }).private,
    true,
  );
  const other = await folder(t);
  await mkdir(path.join(other, "node_modules/headrace"), { recursive: true });
  await writeFile(path.join(other, "node_modules/headrace/mine.txt"), "");
  await assert.rejects(writeTypes(other, sdk), (error) => HeadraceError.is(error, "already-exists"));
  const broken = await folder(t);
  await writeFile(path.join(broken, "package.json"), "{ not json");
  await assert.rejects(addDependency(broken, sdk), /can't be read/);
  assert.equal(existsSync(path.join(broken, "vendor")), false, "nothing was changed");
});

test("the examples pass TypeScript's checks with what is written and nothing else, also what they take from Node", async (t) => {
  const [place, shipped] = [await folder(t), await folder(t)];
  const modules = path.resolve(import.meta.dirname, "../../../node_modules");
  await cp(sdk, path.join(shipped, "headrace"), { recursive: true });
  for (const [from, to] of [
    ["@types/node", "node"],
    ["undici-types", "undici-types"],
  ] as const) {
    await cp(path.join(modules, from), path.join(shipped, "types", to), { recursive: true });
  }
  await cp(path.resolve(import.meta.dirname, "../../../examples/typescript"), place, { recursive: true });
  await writeTypes(place, path.join(shipped, "headrace"));
  const program = ts.createProgram([path.join(place, "forecast.ts")], {
    strict: true,
    noEmit: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
    typeRoots: [],
  });
  const said = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
  assert.deepEqual(said, []);
  await mkdir(path.join(place, "node_modules/@types/node"), { recursive: true });
  await writeFile(path.join(place, "node_modules/@types/node/package.json"), "{}");
  await writeTypes(place, path.join(shipped, "headrace"));
  assert.equal(
    existsSync(path.join(place, "node_modules/headrace/node_modules")),
    false,
    "one's own go before ours",
  );
});

async function offered(
  world: World,
  kept: Map<string, unknown>,
  language: "node" | "python",
): Promise<readonly string[]> {
  const { mock, services, folder: place } = world;
  mock.messages.length = 0;
  const found = { language, pipelines: [{}], steps: [] } as unknown as DiscoveredFile;
  const types = new NodeTypes({
    ...services,
    discovery: { onDidChange: () => ({ dispose: () => undefined }), latest: () => found },
    engines: { folderOf: () => place },
    memory: {
      keys: () => [...kept.keys()],
      get: (key: string) => kept.get(key) as never,
      update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
    },
    sdk,
  });
  await types.consider(path.join(place, "a.ts"));
  await types.consider(path.join(place, "b.ts"));
  types.dispose();
  return mock.messages.map(({ text }) => text);
}

test("the types are offered once for a folder with pipelines in TypeScript that lacks them", async (t) => {
  const world = await createWorld({ events: trainingEvents });
  t.after(() => world.close());
  const kept = new Map<string, unknown>();
  assert.deepEqual(await offered(world, kept, "python"), []);
  world.mock.answers.push("Don’t Ask Again");
  assert.equal((await offered(world, kept, "node")).length, 1);
  assert.deepEqual(await offered(world, kept, "node"), [], "the answer is remembered");
  kept.clear();
  world.mock.answers.push("Add Types");
  const [question, answer] = await offered(world, kept, "node");
  assert.match(question ?? "", /No file of yours changes/);
  assert.equal(answer, "TypeScript knows headrace in this folder now.");
  assert.equal(findsHeadrace(world.folder), true);
  assert.deepEqual(await offered(world, kept, "node"), [], "there is nothing to offer any more");
});
