/** Where a place in a text is, by its brackets and quotes: also while the text is broken. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callSiteAt, type CallSite } from "../../../src/discovery/callSite";

/** The place is where the bar is. */
function at(text: string, language: "python" | "node" = "python"): CallSite | null {
  const offset = text.indexOf("|");
  assert.ok(offset >= 0);
  return callSiteAt(text.slice(0, offset) + text.slice(offset + 1), offset, language);
}

/** `callee[argument]`, with the literal in quotes and `*` where a name may begin. */
function said(text: string, language: "python" | "node" = "python"): string {
  const site = at(text, language);
  if (site === null) return "nothing";
  const { callee, argument, literal, atName, isDecorator } = site;
  const plain = text.replace("|", "");
  const content = literal === null ? "" : ` "${plain.slice(literal.start, literal.end)}"`;
  return `${isDecorator ? "@" : ""}${callee}[${argument}]${content}${atName ? " *" : ""}`;
}

const python: readonly (readonly [string, string])[] = [
  ["@step(|", "@step[0] *"],
  ["@step(enable|", "@step[0] *"],
  ["@z.step(enable_cache=|", "@z.step[enable_cache]"],
  ["@step(enable_cache=True, |)\ndef f(): ...", "@step[0] *"],
  ["@pipeline(\n    model=Model(name='a', version=|", "Model[version]"],
  ["@pipeline(\n    model=Model(name='a'),\n    |\n)", "@pipeline[0] *"],
  ['Client().get_artifact_version("pre|dictions").load()', 'Client().get_artifact_version[0] "predictions"'],
  ['Client().get_artifact_version("pre|', 'Client().get_artifact_version[0] "pre"'],
  ['x = load_artifact("a", "|")', 'load_artifact[1] ""'],
  ["x = load_artifact('a', version='|', )", 'load_artifact[version] ""'],
  ['fit(rows, after=["load", "|"])', 'fit[after] ""'],
  ["fit(rows, after=|", "fit[after]"],
  ['fit(a == b, |, c="d")', "fit[1] *"],
  ['# load_artifact("|', "nothing"],
  ['"""load_artifact("|"""', "nothing"],
  ['x = "(" + load_artifact("|', 'load_artifact[0] ""'],
  ['x = "unclosed\nload_artifact("|', 'load_artifact[0] ""'],
  ["x = 'it\\'s (' ; f(|", "f[0] *"],
  ["f(g(1), [2, 3], {4: 5}, |)", "f[3] *"],
  ["f(1)|", "nothing"],
  ["(|)", "nothing"],
  ['f"{load_artifact(|)}"', "nothing"],
];
for (const [text, expected] of python) {
  test(`Python: ${JSON.stringify(text)} is in ${expected}`, () => assert.equal(said(text), expected));
}

const node: readonly (readonly [string, string])[] = [
  ['await new Client().getArtifactVersion("|")', 'new Client().getArtifactVersion[0] ""'],
  ['await loadArtifact<Row[]>("iris", "|', 'loadArtifact[1] ""'],
  ['new Model("iris", { version: "|" })', 'new Model[version] ""'],
  ['step(fn, { name: "a", after: ["|"] })', 'step[after] ""'],
  ['fit.after("load", "|")', 'fit.after[1] ""'],
  ['// loadArtifact("|', "nothing"],
  ['/* loadArtifact("| */', "nothing"],
  ["loadArtifact(`|`)", 'loadArtifact[0] ""'],
  ['pipeline("p", () => { load("|', 'load[0] ""'],
];
for (const [text, expected] of node) {
  test(`TypeScript: ${JSON.stringify(text)} is in ${expected}`, () =>
    assert.equal(said(text, "node"), expected));
}

test("what is given before and after the place, each by name or place", () => {
  const site = at('Model("iris", license="MIT", |, tags=["a", "b"], description=f(x, y=1))');
  assert.deepEqual([...(site?.given ?? [])].sort(), ["description", "license", "tags"]);
  assert.deepEqual(
    [...(site?.before ?? [])],
    [
      [0, '"iris"'],
      ["license", '"MIT"'],
    ],
  );
});

test("what follows a literal belongs to the same call", () => {
  const site = at('Model(name="|iris", version=1)\nfit(data=2)');
  assert.deepEqual([...(site?.given ?? [])], ["version"]);
  assert.equal(site?.argument, "name");
});
