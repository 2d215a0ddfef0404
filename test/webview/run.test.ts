import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { StepStatus } from "../../src/core/entities";
import {
  runStrings,
  type LogPart,
  type RunHead,
  type RunSnapshot,
  type RunStep,
} from "../../src/panels/run/messages";
import { Webviews, type OpenPage, type Said, type WebviewPage } from "./page";

const strings = runStrings({ t: (message) => message });
const webviews = new Webviews();
after(() => webviews.close());

const NOON = Date.UTC(2026, 0, 15, 12, 0, 0);
const limit = { timeout: 120_000 };

const head: RunHead = {
  id: "run-7",
  label: "churn_training #7",
  name: "churn_training-2026_01_15-12_00_00_000000",
  pipeline: "churn_training",
  status: "completed",
  started: NOON,
  finished: NOON + 42_300,
  tags: ["baseline"],
  note: "First run with the new features.",
  failure: null,
  live: false,
};

function step(invocation: string, at: number, took: number, more: Partial<RunStep> = {}): RunStep {
  return {
    invocation,
    step: invocation,
    status: "completed",
    started: NOON + at * 1000,
    finished: NOON + (at + took) * 1000,
    attempt: 1,
    cacheReason: null,
    skippedBecause: null,
    inputs: [],
    outputs: [],
    config: [],
    failure: null,
    ...more,
  };
}

const made = (name: string, summary: string): RunStep["outputs"] => [
  { name, versionId: `${name}-id`, version: "3", summary },
];

const completed: RunSnapshot = {
  head,
  steps: [
    step("load_customers", 0, 0.01, {
      status: "cached",
      cacheReason: "same code, parameters and inputs as in churn_training #6",
      outputs: made("customers", "DataFrame (48210, 21)"),
    }),
    step("load_events", 0, 9.4, {
      cacheReason: "helper clean() changed",
      outputs: made("events", "DataFrame (1200000, 8)"),
    }),
    step("build_features", 9.6, 12.1, {
      cacheReason: "input events changed",
      outputs: made("features", "DataFrame (48210, 64)"),
    }),
    step("train", 21.8, 18, {
      cacheReason: "parameter lr 0.1 → 0.2",
      inputs: [
        { name: "features", versions: made("features", "DataFrame (48210, 64)"), value: null },
        { name: "lr", versions: [], value: 0.2 },
      ],
      config: [
        { name: "enable_cache", value: false, origin: null },
        { name: "retry", value: { maxRetries: 2 }, origin: "YAML configs/train.yaml" },
      ],
      outputs: made("classifier", "GradientBoostingClassifier"),
    }),
    step("evaluate", 40, 2.2, { outputs: [...made("accuracy", "0.934"), ...made("report", "dict (4)")] }),
  ],
  parameters: [
    { name: "lr", value: 0.2, origin: "YAML configs/train.yaml" },
    { name: "trees", value: 200, origin: null },
  ],
  config: [
    { name: "enable_cache", value: true, origin: null },
    { name: "execution_mode", value: "continue_on_failure", origin: "YAML configs/train.yaml" },
    {
      name: "train.retry",
      value: { maxRetries: 2, delay: 1, backoff: 2 },
      origin: "YAML configs/train.yaml",
    },
  ],
  defaults: [
    { name: "enable_step_logs", value: true, origin: null },
    { name: "cache_policy", value: null, origin: null },
  ],
  origin: "editor",
  rerunOf: { id: "run-6", label: "churn_training #6" },
  model: { id: "mv", name: "churn", version: "12", stage: "staging" },
  environment: {
    python: "3.11.9",
    platform: "Linux",
    packages: { numpy: "2.1.0", pandas: "2.2.3", "scikit-learn": "1.5.2" },
  },
  notices: [],
  readOnly: null,
};

const traceback =
  '  File "/project/steps.py", line 42, in build_features\n    grouped = events.groupby("customer_id")\n';
const failed: RunSnapshot = {
  ...completed,
  head: { ...head, status: "failed", finished: NOON + 12_400 },
  steps: [
    ...completed.steps.slice(0, 2),
    step("build_features", 9.6, 2.8, {
      status: "failed",
      failure: {
        type: "KeyError",
        message: "'customer_id'",
        traceback: `Traceback (most recent call last):\n${traceback}KeyError: 'customer_id'`,
        location: { file: "/project/steps.py", line: 42 },
        code: 'grouped = events.groupby("customer_id")',
        advice: "The column is missing from the input events.",
      },
    }),
    ...completed.steps.slice(3).map((one) => ({
      ...{ ...one, status: "skipped" as const, started: null, finished: null, outputs: [] },
      ...{ skippedBecause: "build_features", cacheReason: null },
    })),
  ],
};

function runningSince(started: number): RunSnapshot {
  return {
    ...completed,
    head: { ...head, status: "running", started, finished: null, live: true },
    steps: [
      { ...step("load_events", 0, 0), started, finished: started + 4_000 },
      { ...step("train", 0, 0), status: "running", started: started + 4_000, finished: null },
      { ...step("evaluate", 0, 0), status: "waiting", started: null, finished: null },
    ],
  };
}

function manySteps(count: number): RunSnapshot {
  const status = (i: number): StepStatus => (i % 97 === 5 ? "failed" : i % 3 === 0 ? "cached" : "completed");
  const steps = Array.from({ length: count }, (_, i) =>
    step(`score_region_${i}`, i * 0.4, 0.3 + (i % 7) * 0.2, { status: status(i) }),
  );
  return { ...completed, head: { ...head, finished: NOON + count * 400 + 2_000 }, steps };
}

const output = [
  "reading 1200000 events from events.parquet",
  "\u001b[33mwarning:\u001b[0m 12 rows without a time were dropped",
  "epoch 1: loss 0.9\repoch 2: loss 0.4\repoch 3: loss 0.2",
  "\u001b[1;32mdone\u001b[0m in 9.4 s",
  '  File "/project/steps.py", line 42, in build_features',
  "<b>data, never markup</b>",
];

function part(lines: readonly string[], start = 0, invocation = "load_events"): LogPart {
  let at = start;
  const placed = lines.map((text) => {
    const line = { at, text, invocation };
    at += Buffer.byteLength(text) + 1;
    return line;
  });
  return { lines: placed, start, end: at, total: at, continued: false };
}

async function openPage(options: Partial<OpenPage> = {}): Promise<WebviewPage> {
  const webview = await webviews.open({ name: "run", strings, ...options });
  await webview.heard((said) => said.kind === "ready");
  return webview;
}

const asks =
  (method: string, nth = 0) =>
  (said: Said): boolean =>
    said.kind === "request" && said["method"] === method && Number(said["id"]) > nth;

async function answer(webview: WebviewPage, method: string, value: unknown, nth = 0): Promise<Said> {
  const asked = await webview.heard(asks(method, nth));
  await webview.post({ kind: "reply", id: asked["id"], value });
  return asked;
}

async function openRun(
  state: RunSnapshot,
  options: Partial<OpenPage> = {},
  log: LogPart = part(output),
): Promise<WebviewPage> {
  const webview = await openPage(options);
  await webview.post({ kind: "snapshot", rev: 1, state, target: { runId: state.head.id } });
  await answer(webview, "watchLog", log);
  await webview.page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
  return webview;
}

function told(wanted: Readonly<Record<string, unknown>>): (said: Said) => boolean {
  return (said) => said.kind === "command" && JSON.stringify(said["command"]) === JSON.stringify(wanted);
}

describe("scenes of the run page", { timeout: 300_000 }, () => {
  const scenes: readonly (readonly [string, RunSnapshot, Partial<OpenPage>])[] = [
    ["completed", completed, {}],
    ["completed-light", completed, { theme: "light" }],
    ["completed-600", completed, { width: 600 }],
    ["failed", failed, {}],
    ["failed-light", failed, { theme: "light" }],
    ["failed-hc-dark", failed, { theme: "hc-dark" }],
    ["failed-hc-light", failed, { theme: "hc-light" }],
    ["failed-600", failed, { width: 600 }],
    ["running", runningSince(Date.now() - 11_000), {}],
    ["1000", manySteps(1_000), {}],
  ];
  it("has room in a narrow column", async () => {
    const webview = await openRun(failed);
    for (const width of [600, 300, 200])
      assert.deepEqual(await webview.squeezedAt(width), [], `at ${width} px`);
    await webview.screenshot("run-narrow-200");
  });
  for (const [name, state, options] of scenes) {
    it(`draws ${name}: accessible, within the policy`, async () => {
      const webview = await openRun(state, options);
      await webview.page.getByText("data, never markup").waitFor();
      await webview.screenshot(`run-${name}`);
      assert.deepEqual(await webview.axe(), []);
      webview.assertClean();
    });
  }

  it("keeps only the rows in sight of 1,000 steps", async () => {
    const webview = await openRun(manySteps(1_000));
    assert.ok((await webview.page.locator(".steps-row").count()) < 60);
  });
});

describe("states of the run page", limit, () => {
  it("waits with the time and a way out", async () => {
    const webview = await openPage();
    await webview.post({ kind: "loading", label: "Reading the run", since: Date.now() - 3_000 });
    await webview.page.getByText(/Reading the run \(([3-9]|\d\d) s\)/).waitFor();
    await webview.page.getByText("Cancel").click();
    await webview.heard((said) => said.kind === "cancel");
    assert.deepEqual(await webview.axe(), []);
    webview.assertClean();
  });

  it("says that a run has no steps yet, and cancels it", async () => {
    const webview = await openPage();
    const actions = [{ id: "cancel", title: "Cancel Run" }];
    await webview.post({ kind: "empty", title: "churn #8 has no steps yet", text: "Compiling.", actions });
    await webview.page.getByText("Cancel Run").click();
    assert.equal((await webview.heard((said) => said.kind === "action"))["id"], "cancel");
    assert.deepEqual(await webview.axe(), []);
    webview.assertClean();
  });

  it("says what went wrong, tries again, and shows the output", async () => {
    const webview = await openPage();
    await webview.post({ kind: "failed", reason: "<b>gone</b>", advice: "It was deleted.", actions: [] });
    await webview.page.getByText("<b>gone</b>").waitFor();
    await webview.page.getByText("Retry").click();
    await webview.heard((said) => said.kind === "retry");
    await webview.page.getByText("Show Output").click();
    await webview.heard((said) => said.kind === "showLog");
    assert.deepEqual(await webview.axe(), []);
    webview.assertClean();
  });

  it("says that nothing was printed, and why a log can't be read", async () => {
    const silent = await openRun(completed, {}, part([]));
    await silent.page.getByText("Nothing was printed.").waitFor();
    const webview = await openPage();
    await webview.post({ kind: "snapshot", rev: 1, state: completed, target: {} });
    const asked = await webview.heard(asks("watchLog"));
    await webview.post({ kind: "refusal", id: asked["id"], reason: "No permission to read the log." });
    await webview.page.getByText("No permission to read the log.").waitFor();
    assert.deepEqual(await webview.axe(), []);
    await webview.page.getByRole("button", { name: "Show Output" }).click();
    await webview.heard((said) => said.kind === "showLog");
    await webview.page.getByRole("button", { name: "Retry" }).click();
    await answer(webview, "watchLog", part(["there it is"]), Number(asked["id"]));
    await webview.page.getByText("there it is").waitFor();
  });

  it("can be left while a log is read or searched, and asked again", async () => {
    const webview = await openPage();
    const { page } = webview;
    await webview.post({ kind: "snapshot", rev: 1, state: completed, target: {} });
    const asked = await webview.heard(asks("watchLog"));
    await page.getByText(/^Reading the log \(\d+ s\)$/).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    assert.equal((await webview.heard((said) => said.kind === "giveUp"))["id"], asked["id"]);
    await page.getByText("Cancelled.").waitFor();
    await page.getByRole("button", { name: "Retry" }).click();
    await answer(webview, "watchLog", part(output), Number(asked["id"]));
    // A log that comes while one types is searched at once, and what was asked before is left.
    await page.locator(".log-line").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.insertText("in");
    const searched = await webview.heard(asks("findInLog"));
    await webview.post({ kind: "progress", id: searched["id"], fraction: 0.25 });
    await page.getByText(/^Searching the log \(\d+ s, 25 %\)$/).waitFor();
    assert.deepEqual(await webview.axe(), []);
    await webview.post({ kind: "reply", id: searched["id"], value: { at: [0], more: false } });
    await page.getByText("1 of 1").waitFor();
    webview.assertClean();
  });
});

describe("a run while it goes on", limit, () => {
  it("writes the row that changed and leaves the others", async () => {
    const state = runningSince(Date.now() - 6_000);
    const webview = await openRun(state);
    const other = await webview.page.locator('[data-step="evaluate"]').elementHandle();
    const train = state.steps[1];
    assert.ok(train !== undefined);
    const delta = { head: state.head, steps: [{ ...train, attempt: 2, status: "retrying" }] };
    await webview.post({ kind: "delta", rev: 2, delta });
    await webview.page.getByText(/retrying · attempt 2/).waitFor();
    const now = webview.page.locator('[data-step="evaluate"]');
    assert.equal(await now.evaluate((row, before) => row === before, other), true, "the same element");
    webview.assertClean();
  });

  it("adds what is printed, goes on in an open line, and stays at the end", async () => {
    const webview = await openRun(runningSince(Date.now() - 6_000));
    const start = part(output).end;
    const more = { ...part(["half a "], start), end: start + 7, total: start + 7 };
    await webview.post({ kind: "event", event: { kind: "log", part: more } });
    const rest = { ...part(["line", "next"], start + 7), continued: true };
    await webview.post({ kind: "event", event: { kind: "log", part: rest } });
    await webview.page.getByText("half a line").waitFor();
    await webview.page.getByText("next", { exact: true }).waitFor();
    webview.assertClean();
  });

  it("cancels", async () => {
    const webview = await openRun(runningSince(Date.now() - 1_000));
    await webview.page.getByText("Cancel Run").click();
    await webview.heard(told({ do: "cancel" }));
  });
});

describe("logs", limit, () => {
  it("shows colours as classes, and the last of what a carriage return overwrote", async () => {
    const { page } = await openRun(completed);
    assert.equal(await page.locator(".ansi-fore-3").textContent(), "warning:");
    assert.match((await page.locator(".ansi-fore-2").getAttribute("class")) ?? "", /ansi-bold/);
    await page.getByText("epoch 3: loss 0.2", { exact: true }).waitFor();
    assert.equal(await page.getByText("epoch 1").count(), 0);
  });

  it("searches with next, previous and a count, and opens places", async () => {
    const webview = await openRun(completed);
    const { page } = webview;
    await page.keyboard.press("/");
    await page.keyboard.insertText("in");
    const hits = part(output)
      .lines.filter((line) => line.text.includes("in"))
      .map((line) => line.at);
    await answer(webview, "findInLog", { at: hits, more: false });
    await page.getByText(`${hits.length} of ${hits.length}`).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText(`1 of ${hits.length}`).waitFor();
    assert.ok((await page.locator(".log-match").count()) > 0);
    await page.locator(".log .link").click();
    await webview.heard(told({ do: "openPlace", file: "/project/steps.py", line: 42 }));
    webview.assertClean();
  });

  it("asks for older lines when they are scrolled to", async () => {
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i}`);
    const webview = await openRun(completed, {}, { ...part(lines, 10_000), total: 14_000 });
    await webview.page.locator(".log-scroller").evaluate((box) => (box.scrollTop = 0));
    const asked = await webview.heard(asks("logBefore"));
    assert.deepEqual(asked["params"], { at: 10_000 });
  });
});

describe("by keyboard and pointer", limit, () => {
  it("walks the steps, selects one, reads its log, runs from there and leaves", async () => {
    const webview = await openRun(completed);
    const { page } = webview;
    await page.locator('.steps-row[tabindex="0"]').focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    const asked = await answer(webview, "watchLog", part(["training"], 0, "train"), 1);
    assert.deepEqual(asked["params"], { invocation: "train" });
    await page.getByRole("heading", { name: "Log of train" }).waitFor();
    await page.locator('vscode-button[aria-label="Run from Here"]').click();
    await webview.heard(told({ do: "rerunFrom", invocation: "train" }));
    await page.locator('vscode-button[aria-label="Run Only This"]').click();
    await webview.heard(told({ do: "rerunOnly", invocation: "train" }));
    assert.deepEqual(await webview.axe(), []);
    await page.locator('[data-step="train"]').focus();
    await page.keyboard.press("Escape");
    await page.locator(".step-detail").waitFor({ state: "hidden" });
    webview.assertClean();
  });

  it("opens what a run made, was given and repeats", async () => {
    const webview = await openRun(completed);
    const { page } = webview;
    await page.locator('[data-step="load_events"] .link').click();
    await webview.heard(told({ do: "openArtifact", versionId: "events-id" }));
    await page.getByText("churn 12").click();
    await webview.heard(told({ do: "openModel", modelVersionId: "mv" }));
    await page.getByText("churn_training #6", { exact: true }).click();
    await webview.heard(told({ do: "openRun", runId: "run-6" }));
  });

  it("says what a step was given, and what was chosen for it with its origin", async () => {
    const webview = await openRun(completed);
    const { page } = webview;
    await page.locator('[data-step="train"]').click();
    await answer(webview, "watchLog", part(["training"], 0, "train"), 1);
    const facts = page.locator(".step-facts");
    await facts.getByText("lr: 0.2").waitFor();
    await facts.getByText("enable_cache: false from code").waitFor();
    await facts.getByText(/^retry: .* from YAML configs.train.yaml/).waitFor();
    await webview.screenshot("run-step");
    assert.deepEqual(await webview.axe(), []);
    await facts.getByRole("button", { name: "features" }).click();
    await webview.heard(told({ do: "openArtifact", versionId: "features-id" }));
  });

  it("writes a note", async () => {
    const webview = await openRun(completed);
    const { page } = webview;
    await page.locator('vscode-button[aria-label="Edit Note"]').click();
    await page.locator("textarea").fill("Keep this one.");
    await page.keyboard.press("Enter");
    const asked = await webview.heard(asks("setNote"));
    assert.deepEqual(asked["params"], { text: "Keep this one." });
  });

  it("tells chosen values and their origin from defaults", async () => {
    const { page } = await openRun(failed);
    await page.getByText("from YAML configs/train.yaml").first().waitFor();
    await page.getByText("2 values have their default").click();
    await page.getByText("enable_step_logs").waitFor();
    await page.getByText("not set").waitFor();
  });

  it("shows the failed step first, with a way to its line", async () => {
    const webview = await openRun(failed);
    await webview.page.getByText("The column is missing from the input events.").waitFor();
    await webview.page.getByText("steps.py:42").click();
    await webview.heard(told({ do: "openPlace", file: "/project/steps.py", line: 42 }));
    await webview.page.getByText("Run Failed Steps Again").click();
    await webview.heard(told({ do: "rerunFailed" }));
  });
});
