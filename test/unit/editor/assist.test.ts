/** What the editor offers to write, and says of options, with a real store and the SDK's own text. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, test } from "node:test";
import type { CancellationToken, CompletionItem, Position, TextDocument } from "vscode";
import { Completions } from "../../../src/editor/assist/completions";
import { OptionHovers } from "../../../src/editor/assist/optionHovers";
import { createWorld, trainingEvents, trainingFile, type World } from "../../mock/world";

const sdk = path.resolve(import.meta.dirname, "../../../src/runtimes/python/sdk/headrace");
const never = { isCancellationRequested: false } as CancellationToken;
const head = "from zenml import Model, pipeline, step\nfrom zenml.client import Client\n";
let world: World;
let completions: Completions;
let hovers: OptionHovers;
let files = 0;

before(async () => {
  world = await createWorld({ events: trainingEvents, files: { "training.py": trainingFile } });
  await world.engine();
  await world.discovery.scan(world.folder);
  const { mock, engines, discovery } = world;
  const signatures = discovery.signatures(sdk);
  completions = new Completions(mock.api, engines, discovery, signatures);
  hovers = new OptionHovers(mock.api, discovery, signatures);
});
after(() => world.close());

interface Asked {
  readonly document: TextDocument;
  readonly position: Position;
  readonly text: string;
}

/** The place is where the bar is. */
function asked(text: string, extension = "py"): Asked {
  const plain = text.replace("|", "");
  const document = world.mock.open(path.join(world.folder, `a${(files += 1)}.${extension}`), plain);
  const position = document.positionAt(text.indexOf("|")) as unknown as Position;
  return { document: document as unknown as TextDocument, position, text: plain };
}

async function offered(text: string, extension?: string): Promise<readonly CompletionItem[]> {
  const { document, position } = asked(text, extension);
  const items = await completions.provideCompletionItems(document, position, never);
  return items.toSorted((a, b) => ((a.sortText ?? "") < (b.sortText ?? "") ? -1 : 1));
}

function named({ label }: CompletionItem): string {
  return typeof label === "string" ? label : `${label.label} (${label.description ?? ""})`;
}

const labels = async (text: string, extension?: string): Promise<readonly string[]> =>
  (await offered(text, extension)).map(named);

/** The line after an item was taken. */
async function taken(text: string, label: string): Promise<string> {
  const { document, position } = asked(text);
  const items = await completions.provideCompletionItems(document, position, never);
  const item = items.find((one) => named(one).startsWith(label));
  assert.ok(item, `${label} is not offered: ${items.map(named).join()}`);
  const { start, end } = item.range as { start: Position; end: Position };
  const line = document.lineAt(start.line).text;
  const inserted = typeof item.insertText === "string" ? item.insertText : named(item);
  return line.slice(0, start.character) + inserted + line.slice(end.character);
}

test("artifacts by name, and what code of the folder would make", async () => {
  const names = await labels(`${head}Client().get_artifact_version("|")\n`);
  assert.deepEqual(names, ["classifier (1 version)", "training::load::output (data · 1 version)"]);
  assert.deepEqual(await labels(`${head}model.get_artifact(name="cla|`), ["classifier (1 version)"]);
  const made = `${head}from typing import Annotated\n@step\ndef a() -> Annotated[int, "scores"]: ...\n`;
  const { document } = asked(`|${made}`);
  await world.discovery.read({ file: document.fileName, version: 1, text: () => made });
  assert.ok((await labels(`${head}Client().get_artifact_version("|")`)).includes("scores (not made yet)"));
});

test("versions of the artifact or model that is named", async () => {
  const [version, ...others] = await labels(`${head}Client().get_artifact_version("classifier", "|")`);
  assert.match(version ?? "", /^1 \(RandomForestClassifier · /);
  assert.deepEqual(others, []);
  const versions = await labels(`${head}Model("iris", version="|")`);
  assert.deepEqual(versions.slice(0, 4), [
    "staging (now 1)",
    "production ()",
    "archived ()",
    "latest (now 1)",
  ]);
  assert.match(versions[4] ?? "", /^1 \(staging · /);
  assert.deepEqual(await labels(`${head}Model(name, version="|")`), [], "of nobody knows which");
});

test("models and pipelines by name; nothing for other people's classes", async () => {
  assert.deepEqual(await labels(`${head}Model("|`), ["iris (1 version)"]);
  assert.deepEqual(await labels(`${head}Client().get_model_version("|`), ["iris (1 version)"]);
  assert.deepEqual(await labels(`${head}Client().get_pipeline("|`), ["training ()"]);
  assert.deepEqual(await labels('from keras import Model\nModel("|'), []);
  assert.deepEqual(await labels(`${head}from keras import Sequential\nSequential("|`), []);
});

test("the other steps of the pipeline, to run after", async () => {
  const body = `${head}@step\ndef load(): ...\n@step\ndef fit(rows): ...\n@pipeline\ndef p():\n    rows = load()\n    load()\n`;
  assert.deepEqual(await labels(`${body}    fit(rows, after="|")\n`), ["load ()", "load_2 (load)"]);
  assert.deepEqual(await labels(`${body}    fit(rows, after=["load", "|"])\n`), ["load ()", "load_2 (load)"]);
});

test("options that are not given yet, those without effect last, each with what it is for", async () => {
  const items = await offered(`${head}@step(name="a", |, retry=None)\ndef a(): ...\n`);
  const names = items.map(named);
  assert.equal(names[0], "enable_cache=");
  assert.ok(!names.includes("name=") && !names.includes("retry="));
  assert.ok(names.indexOf("experiment_tracker=") > names.indexOf("cache_policy="));
  const [cache] = items;
  assert.match((cache?.documentation as { value: string }).value, /^Whether a result is reused/);
  assert.equal(cache?.detail, "Optional[bool] = None");
  assert.ok((await labels(`${head}@pipeline(|)`)).includes("execution_mode="));
  const own = `${head}@step\ndef a(): ...\n`;
  assert.ok((await labels(`${own}a.with_options(|)`)).includes("parameters="));
  assert.deepEqual(await labels(`${own}frame.with_options(|)`), []);
});

test("values where there are only a few", async () => {
  assert.deepEqual(await labels(`${head}@step(enable_cache=|)`), ["True", "False"]);
  const modes = await labels(`${head}@pipeline(execution_mode="|")`);
  assert.equal(modes.length, 3);
  assert.ok(modes.includes("fail_fast"));
});

test("taken, a name stands in the quotes that are there, or brings its own", async () => {
  const call = "Client().get_artifact_version";
  assert.equal(
    await taken(`${head}${call}("cla|ssif").load()`, "classifier"),
    `${call}("classifier").load()`,
  );
  assert.equal(await taken(`${head}${call}("cla|`, "classifier"), `${call}("classifier`);
  assert.equal(await taken(`${head}${call}(|)`, "classifier"), `${call}("classifier")`);
  assert.equal(await taken(`${head}@step(ena|)`, "enable_cache"), "@step(enable_cache=)");
});

test("TypeScript: names of the store and of the pipeline", async () => {
  const ts = 'import { Client, Model, loadArtifact, pipeline, step } from "headrace";\n';
  assert.ok((await labels(`${ts}await loadArtifact("|")`, "ts")).includes("classifier (1 version)"));
  assert.equal((await labels(`${ts}new Model("iris", { version: "|" })`, "ts"))[0], "staging (now 1)");
  const body = `${ts}const load = step(() => 1);\nconst fit = step(() => 2);\nexport const p = pipeline("p", () => {\n  load();\n`;
  assert.deepEqual(await labels(`${body}  fit.after("|")();\n});\n`, "ts"), ["load ()"]);
  assert.deepEqual(await labels(`${ts}step(() => 1, { | })`, "ts"), [], "options are TypeScript's to say");
});

test("over an option: its type, and what it is for", async () => {
  const over = async (text: string): Promise<string | null> => {
    const { document, position } = asked(text);
    const hover = await hovers.provideHover(document, position, never);
    return hover === null ? null : (hover.contents as unknown as { value: string }).value;
  };
  assert.equal(
    await over(`${head}@step(enable_c|ache=False)\ndef a(): ...\n`),
    "```python\nenable_cache: Optional[bool] = None\n```\n\nWhether a result is reused when nothing that it depends on has changed.",
  );
  assert.match((await over(`${head}Model("a", lic|ense="MIT")`)) ?? "", /Licence of the model/);
  assert.equal(await over(`${head}ena|ble_cache = False\n`), null);
  assert.equal(await over(`${head}print(en|d="")\n`), null);
  assert.equal(await over(`${head}@step(retry=ena|ble_cache)\ndef a(): ...\n`), null);
});

test("where a language server for Python is, options are its business, and names stay ours", async () => {
  world.mock.extensions.set("ms-python.vscode-pylance", {});
  assert.deepEqual(await labels(`${head}@step(|)`), []);
  assert.deepEqual(await labels(`${head}Model("|`), ["iris (1 version)"]);
  world.mock.extensions.clear();
});
