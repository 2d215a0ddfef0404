/**
 * Pages with nothing, one, fifty and five thousand of what they list, in every theme, narrow and wide. Without anything the
 * host of most says so in words (states.test.ts).
 */
import assert from "node:assert/strict";
import { after, it } from "node:test";
import { compareStrings, type CompareSnapshot } from "../../src/panels/compare/messages";
import { dagStrings } from "../../src/panels/dag/messages";
import type { Translator } from "../../src/panels/messages";
import { modelStrings, type ModelSnapshot } from "../../src/panels/model/messages";
import { runStrings, type RunSnapshot } from "../../src/panels/run/messages";
import { Webviews } from "./page";
import { NOON, wide } from "./samples";
import { themes } from "./themes";

const THEMES = Object.keys(themes);
const webviews = new Webviews();
after(() => webviews.close());

const english: Translator = { t: (message) => message };

function runOf(count: number): RunSnapshot {
  const steps = Array.from({ length: count }, (_, i): RunSnapshot["steps"][number] => ({
    ...{ invocation: `score_region_${i}`, step: "score_region", attempt: 1, failure: null },
    status: (["completed", "cached", "completed", "failed"] as const)[i % 4] ?? "completed",
    ...{ started: NOON + i * 400, finished: NOON + i * 400 + 300 + (i % 7) * 200 },
    ...{ cacheReason: "helper clean() changed", skippedBecause: null, inputs: [], config: [] },
    outputs: [{ name: "scores", versionId: `version-${i}`, version: "3", summary: "DataFrame (400, 3)" }],
  }));
  const parameters = Array.from({ length: Math.min(count, 50) }, (_, i) => ({
    ...{ name: `rate_${i}`, value: i, origin: null },
  }));
  return {
    head: {
      ...{ id: "run-7", label: "scoring #7", name: "scoring-7", pipeline: "scoring", status: "completed" },
      ...{
        started: NOON,
        finished: NOON + count * 400 + 1_500,
        tags: [],
        note: "",
        failure: null,
        live: false,
      },
    },
    ...{ steps, parameters, config: [], defaults: [], origin: "editor", rerunOf: null, model: null },
    ...{ environment: {}, notices: [], readOnly: null },
  };
}

function modelOf(count: number): ModelSnapshot {
  const numbers = Array.from({ length: count }, (_, i) => count - i);
  // As many of these as the host tells of.
  const newest = numbers.slice(0, 100);
  return {
    version: {
      ...{ id: "v1", modelId: "m", model: "churn", name: "1", number: 1, stage: null, description: null },
      ...{ note: "", created: NOON, tags: [] },
    },
    ...{ fields: {}, metadata: {}, stages: [], readOnly: null },
    artifacts: numbers.map((number) => ({
      ...{ id: `a${number}`, name: `weights_${number}`, version: "1", type: "ModelArtifact" },
      ...{ summary: "ndarray (64, 32)", bytes: 16_384, created: NOON },
    })),
    runs: newest.map((number) => ({
      ...{ id: `r${number}`, label: `training #${number}`, status: "completed", started: NOON, note: "" },
    })),
    versions: newest.map((number) => ({
      ...{ id: `v${number}`, name: String(number), number, stage: null, created: NOON },
      metadata: { accuracy: 0.9 + (number % 10) / 100 },
    })),
    versionCount: count,
  };
}

/** `count` things that differ between two runs, fifty of them between fifty runs. */
function comparisonOf(count: number): CompareSnapshot {
  const runs = Array.from({ length: count === 50 ? 50 : 2 }, (_, i) => ({
    ...{ id: `run-${i}`, label: `training #${i + 1}`, status: "completed" as const, started: NOON },
    ...{ durationMs: 1_000 + i, note: "", failure: null },
  }));
  const rows = Array.from({ length: count }, (_, i): CompareSnapshot["rows"][number] => ({
    ...{ group: i % 2 === 0 ? "durations" : "metrics", name: `step_${i}`, differs: true },
    ...{ values: runs.map((_, at) => (at * 7) % 11), artifactVersionIds: null, code: null },
  }));
  return { runs, rows };
}

const { fields, ...modelTexts } = modelStrings(english);
const pages = {
  run: { strings: runStrings(english), counts: [0, 1, 50, 5_000], stateOf: runOf, ready: ".steps-body" },
  dag: {
    strings: dagStrings(english),
    counts: [1, 50, 5_000],
    stateOf: wide,
    ready: '.dag [aria-busy="false"]',
  },
  model: {
    strings: {
      ...modelTexts,
      ...Object.fromEntries(Object.entries(fields).map(([name, text]) => [`field.${name}`, text])),
    },
    counts: [1, 50, 5_000],
    stateOf: modelOf,
    ready: "h1",
  },
  compare: {
    strings: compareStrings(english),
    counts: [0, 1, 50, 5_000],
    stateOf: comparisonOf,
    ready: "h1",
  },
};

for (const [name, { strings, counts, stateOf, ready }] of Object.entries(pages))
  for (const [i, count] of counts.entries())
    it(`the ${name} page with ${count}: accessible, within the policy`, { timeout: 120_000 }, async () => {
      const webview = await webviews.open({ name, strings });
      await webview.heard((said) => said.kind === "ready");
      await webview.post({ kind: "snapshot", rev: 1, state: stateOf(count), target: { kind: "run" } });
      await webview.page.locator(ready).first().waitFor({ state: "attached" });
      // The rules take half a minute for a table of five thousand rows, which is built as that of fifty.
      const judged = name === "compare" && count === 5_000 ? [] : THEMES.slice(i, i + 1);
      await webview.assertSeen(`count-${name}-${count}`, judged);
      webview.assertClean();
    });

it("the model page shows all of thousands of artifacts only when asked", async () => {
  const webview = await webviews.open({ name: "model", strings: pages.model.strings });
  const { page } = webview;
  await webview.heard((said) => said.kind === "ready");
  await webview.post({ kind: "snapshot", rev: 1, state: modelOf(500), target: {} });
  await page.getByText("weights_301", { exact: true }).waitFor();
  assert.equal(await page.getByText("weights_300", { exact: true }).count(), 0);
  await page.getByRole("button", { name: "Show 300 more" }).click();
  await page.getByText("weights_1", { exact: true }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Show 300 more" }).count(), 0);
});
