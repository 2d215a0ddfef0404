import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { differences, explain, explainHit, type CacheComponents } from "../../../src/core/cache";
import { reasonText } from "../../../src/ui/reasons";

const bundle = path.resolve(import.meta.dirname, "../../../l10n/bundle.l10n.de.json");
const german = JSON.parse(readFileSync(bundle, "utf8")) as Readonly<Record<string, string>>;
const fill = (text: string, values: readonly string[]): string =>
  text.replace(/\{(\d)\}/g, (_, index: string) => values[Number(index)] ?? "");
const inGerman = (reason: string): string =>
  reasonText({ t: (message, ...values) => fill(german[message] ?? message, values) }, reason);
const inEnglish = (reason: string): string =>
  reasonText({ t: (message, ...values) => fill(message, values) }, reason);

test("reasons are said in German, each change of several by itself", () => {
  assert.equal(inGerman(explain(null, components({}))), "erster Lauf dieses Schritts");
  assert.equal(inGerman(explainHit("training #1")), "Code, Parameter und Eingaben wie in Lauf training #1");
  const changes = differences(
    components({ code: { "function clean": "sha256:1", "package numpy": "1.26" }, parameters: { lr: 0.1 } }),
    components({ code: { "function clean": "sha256:2", "package numpy": "2.0" }, parameters: { lr: 0.2 } }),
  ).join(", ");
  assert.equal(
    inGerman(changes),
    "helper `clean()` geändert, package `numpy` 1.26 → 2.0, Parameter lr 0.1 → 0.2",
  );
});

test("in English they are as the engine has recorded them, but for the word that the status says", () => {
  for (const reason of [
    "first run of this step",
    "code of the step changed, helper `a()` is new, input X is gone, and 3 more",
    "parameter names [1, 2] → [1, 2, 3]",
    "something that a newer engine says",
  ])
    assert.equal(inEnglish(reason), reason);
  assert.equal(inEnglish(explainHit("a")), "same code, parameters and inputs as run a");
});

function components(more: Partial<CacheComponents>): CacheComponents {
  return { source: "s", code: {}, parameters: {}, inputs: {}, outputs: {}, ...more };
}
