import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { stepNode, type DagState } from "../../src/panels/dag/messages";
import { command, openDag as openPage, openGraph as openGraphOf } from "./dagPage";
import { Webviews, type OpenPage, type WebviewPage } from "./page";
import { failedRun, fanOut, NOON, sampleState, single, tutorial, wide } from "./samples";

const webviews = new Webviews();
after(() => webviews.close());

const openDag = (options: Partial<OpenPage> = {}): Promise<WebviewPage> => openPage(webviews, options);
const openGraph = (state: DagState, options: Partial<OpenPage> = {}): Promise<WebviewPage> =>
  openGraphOf(webviews, state, options);

const limit = { timeout: 60_000 };

describe("scenes of the DAG", { timeout: 300_000 }, () => {
  const fan = fanOut(64, (i) => (i < 3 ? "failed" : i === 5 ? "running" : "completed"));
  const scenes: readonly (readonly [string, DagState, Partial<OpenPage>])[] = [
    ["1", single, {}],
    ["tutorial", tutorial, {}],
    ["tutorial-light", tutorial, { theme: "light" }],
    ["failed", failedRun, {}],
    ["failed-light", failedRun, { theme: "light" }],
    ["failed-hc-dark", failedRun, { theme: "hc-dark" }],
    ["failed-hc-light", failedRun, { theme: "hc-light" }],
    ["failed-600", failedRun, { width: 600 }],
    ["fan-out", fan, {}],
    ["50", wide(50), {}],
    ["1000", wide(1_000), {}],
    ["10000", wide(10_000), {}],
  ];
  for (const [name, state, options] of scenes) {
    it(`draws ${name}: accessible, within the policy`, async () => {
      const webview = await openGraph(state, options);
      await webview.screenshot(`dag-${name}`);
      assert.deepEqual(await webview.axe(), []);
      webview.assertClean();
    });
  }

  it("shows the drawer of a failed step with what went wrong", async () => {
    const webview = await openGraph(failedRun);
    await webview.page.locator(`[data-id="${stepNode("aggregate_events")}"]`).click();
    const asked = await webview.heard((said) => said.kind === "request");
    await webview.post({
      kind: "reply",
      id: asked["id"],
      value: {
        node: stepNode("aggregate_events"),
        inputs: [
          {
            name: "events",
            node: "artifact:load_events.events",
            artifact: "events 3",
            versionId: "v",
            summary: "DataFrame (1200000, 8)",
          },
        ],
        outputs: [
          {
            name: "features",
            node: "artifact:aggregate_events.features",
            artifact: null,
            versionId: null,
            summary: "",
          },
        ],
        parameters: { window: "30d", columns: ["amount", "count"] },
        failure: {
          type: "KeyError",
          message: "'customer_id'",
          traceback:
            '  File "/project/steps.py", line 42, in aggregate_events\n    grouped = events.groupby("customer_id")\nKeyError: \'customer_id\'',
          advice: "The column is missing from the input.",
        },
        source: {
          location: { file: "/project/steps.py", line: 40 },
          lines: [
            "def aggregate_events(events):",
            "    recent = events.tail(100)",
            '    grouped = events.groupby("customer_id")',
            "    return grouped.sum()",
          ],
          highlight: 42,
        },
        log: { text: "reading 1200000 events\n\u001b[31mdropping 12 rows\u001b[0m\n", cut: false },
      },
    });
    await webview.page.getByText("The column is missing").waitFor();
    await webview.screenshot("dag-drawer");
    assert.deepEqual(await webview.axe(), []);
    await webview.page.getByText('File "/project/steps.py", line 42').click();
    const opened = await webview.heard(command("openSource"));
    assert.deepEqual(opened["command"], {
      kind: "openSource",
      node: stepNode("aggregate_events"),
      location: { file: "/project/steps.py", line: 42 },
    });
    webview.assertClean();
  });

  it("shows the same steps in time", async () => {
    const webview = await openGraph(tutorial);
    await webview.page.getByRole("tab", { name: "Timeline" }).click();
    await webview.page.getByRole("option").nth(1).click();
    assert.equal(await webview.page.getByRole("option").count(), 3);
    await webview.page.locator(".drawer h2", { hasText: "svc_trainer" }).waitFor();
    await webview.screenshot("dag-timeline");
    assert.deepEqual(await webview.axe(), []);
    webview.assertClean();
  });
});

describe("states of the DAG", limit, () => {
  it("waits with the time and a way out", async () => {
    const webview = await openDag();
    await webview.post({ kind: "loading", label: "Reading the graph", since: Date.now() - 3_000 });
    await webview.page.getByText(/Reading the graph \(([3-9]|\d\d) s\)/).waitFor();
    await webview.screenshot("dag-loading");
    await webview.page.getByText("Cancel").click();
    await webview.heard((said) => said.kind === "cancel");
    assert.deepEqual(await webview.axe(), []);
    webview.assertClean();
  });

  it("says what went wrong, and tries again", async () => {
    const webview = await openDag();
    await webview.post({
      kind: "failed",
      reason: "<b>The store is damaged</b>",
      advice: "Run a check.",
      actions: [],
    });
    await webview.page.getByText("<b>The store is damaged</b>").waitFor();
    await webview.screenshot("dag-failed-state");
    await webview.page.getByText("Retry").click();
    await webview.heard((said) => said.kind === "retry");
    assert.deepEqual(await webview.axe(), []);
    webview.assertClean();
  });

  it("says what to do when there is nothing", async () => {
    const webview = await openDag();
    await webview.post({
      kind: "empty",
      title: "No steps found",
      text: "Call a step.",
      actions: [{ id: "x", title: "Open" }],
    });
    await webview.page.getByText("Open").click();
    assert.equal((await webview.heard((said) => said.kind === "action"))["id"], "x");
    assert.deepEqual(await webview.axe(), []);
    webview.assertClean();
  });
});

describe("a run while it goes on", limit, () => {
  const live = sampleState("live", [
    { id: "load", outputs: [["data", "ndarray"]], status: "running", at: 0 },
    { id: "train", inputs: ["load.data"], status: "waiting" },
  ]);

  it("writes only what changed, and moves nothing", async () => {
    const webview = await openGraph(live);
    const card = webview.page.locator(`[data-id="${stepNode("load")}"]`);
    const other = webview.page.locator(`[data-id="${stepNode("train")}"]`);
    const before = [await card.getAttribute("transform"), await other.elementHandle()] as const;
    const [step] = live.steps;
    await webview.post({
      kind: "delta",
      rev: 2,
      delta: {
        run: live.run,
        steps: [{ ...step, status: "completed", finished: NOON + 1_500 }],
        artifacts: [],
      },
    });
    await card.getByText("completed · 1.5 s").waitFor();
    assert.equal(await card.getAttribute("transform"), before[0]);
    assert.equal(
      await other.evaluate((now, then) => now === then, before[1]),
      true,
      "the other card is the same element",
    );
    webview.assertClean();
  });

  it("asks for everything again when a delta is missing", async () => {
    const webview = await openGraph(live);
    await webview.post({ kind: "delta", rev: 5, delta: { run: null, steps: [], artifacts: [] } });
    await webview.heard((said) => said.kind === "resync");
  });
});

function focusedNode(page: WebviewPage["page"]): Promise<string | null> {
  return page.evaluate(() => document.activeElement?.getAttribute("data-node") ?? null);
}

interface Kept {
  readonly view: Readonly<Record<string, unknown>>;
}

function keptBy({ page }: WebviewPage): Promise<Kept> {
  return page.evaluate(() => (window as unknown as { kept: Kept }).kept);
}

describe("by keyboard", limit, () => {
  it("opens the context menu where the node is drawn, whatever has the focus", async () => {
    const { page } = await openGraph(tutorial);
    await page.locator('[role="treeitem"][tabindex="0"]').focus();
    await page.keyboard.press("End");
    await page.evaluate(() => {
      document.addEventListener("contextmenu", ({ clientX, clientY }) =>
        Object.assign(window, { menuAt: { clientX, clientY } }),
      );
    });
    // VS Code may give the focus back to the page as a whole after a menu.
    for (const has of ["item", "page"]) {
      if (has === "page") await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await page.keyboard.press("Shift+F10");
      const at = await page.evaluate(
        () => (window as unknown as { menuAt: { clientX: number; clientY: number } }).menuAt,
      );
      const card = await page.locator(".node.active .card").boundingBox();
      assert.ok(card !== null && at.clientX > card.x && at.clientX < card.x + card.width, has);
      assert.ok(at.clientY > card.y && at.clientY < card.y + card.height, has);
      await page.evaluate(() => Object.assign(window, { menuAt: { clientX: 0, clientY: 0 } }));
    }
  });

  it("follows the edges, opens the source, searches and leaves", async () => {
    const webview = await openGraph(tutorial);
    const { page } = webview;
    await page.locator('[role="treeitem"][tabindex="0"]').focus();
    const active = (): Promise<string | null> => focusedNode(page);
    assert.equal(await active(), stepNode("training_data_loader"));
    await page.keyboard.press("ArrowDown");
    assert.match((await active()) ?? "", /^artifact:training_data_loader\./);
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    const opened = await webview.heard(command("openSource"));
    assert.equal((opened["command"] as { readonly node: string }).node, stepNode("training_data_loader"));
    await page.keyboard.press("End");
    assert.equal(await active(), "artifact:evaluate.report");
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    await page.keyboard.type("status:cached");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator(".drawer h2").textContent(), "training_data_loader");
    webview.assertClean();
  });
});

describe("what was folded", limit, () => {
  it("opens in a frame, and folds again by the frame's name or by keyboard", async () => {
    const webview = await openGraph(fanOut(12));
    const { page } = webview;
    const fold = page.locator(".node.fold-step");
    await fold.dblclick();
    await page.locator(".frame-name", { hasText: "train" }).waitFor();
    assert.equal(await page.locator(".node.step").count(), 14);
    await webview.screenshot("dag-frame");
    assert.deepEqual(await webview.axe(), []);
    // Its name stands at its left end, which a wide frame has out of sight.
    await page.getByRole("button", { name: "Fit" }).click();
    await page.locator(".frame-name").click();
    await fold.waitFor();
    assert.equal(await page.locator(".frame-outline").count(), 0);
    await page.keyboard.press("Enter");
    await page.locator(".frame-outline").waitFor();
    assert.match((await focusedNode(page)) ?? "", /^step:train/, "the keyboard goes on inside");
    await page.keyboard.press("Backspace");
    await fold.waitFor();
    webview.assertClean();
  });

  it("moves what stays to its new place, but not for those who want no motion", async () => {
    for (const reducedMotion of [false, true]) {
      const { page } = await openGraph(fanOut(12), { reducedMotion });
      await page.evaluate(`{
        const { animate } = Element.prototype;
        window.moved = 0;
        Element.prototype.animate = function (...args) {
          if (this.classList.contains("node")) window.moved += 1;
          return animate.apply(this, args);
        };
      }`);
      await page.locator(".node.fold-step").dblclick({ delay: 60 });
      await page.locator(".frame-outline").first().waitFor();
      const moved = await page.evaluate<number>("window.moved");
      assert.equal(moved > 0, !reducedMotion);
    }
  });
});

describe("kept over a reload", limit, () => {
  it("looks at the same place as before, unless nothing of the graph is there", async () => {
    const first = await openGraph(tutorial);
    await first.page.mouse.move(400, 500);
    await first.page.mouse.wheel(0, 120);
    const stage = (page: WebviewPage["page"]): Promise<string | null> =>
      page.locator("svg.graph .stage").getAttribute("transform");
    await first.page.waitForFunction(
      () =>
        ((window as unknown as { kept?: { view?: { place?: unknown } } }).kept?.view?.place ?? null) !== null,
    );
    const state = await keptBy(first);
    const place = await stage(first.page);
    const second = await openGraph(tutorial, { state });
    assert.equal(await stage(second.page), place);
    const far = { ...state, view: { ...state.view, place: { scale: 1, x: 90_000, y: 0 } } };
    const third = await openGraph(tutorial, { state: far });
    await third.page.locator(`[data-id="${stepNode("svc_trainer")}"]`).waitFor();
  });

  it("remembers how it was looked at", async () => {
    const first = await openGraph(tutorial);
    await first.page.getByRole("tab", { name: "Timeline" }).click();
    const state = await first.page.evaluate(() => (window as unknown as { kept: unknown }).kept);
    const second = await openGraph(tutorial, { state });
    assert.equal(
      await second.page.getByRole("tab", { name: "Timeline" }).getAttribute("aria-selected"),
      "true",
    );
  });
});

describe("export", limit, () => {
  it("gives a picture that stands alone, and text for other tools", async () => {
    const webview = await openGraph(tutorial);
    const choose = async (label: string): Promise<void> => {
      await webview.page.locator(".menu-holder vscode-button").click();
      await webview.page.getByRole("menuitem", { name: label }).click();
    };
    await choose("Save as SVG");
    const svg = ((await webview.heard(command("save")))["command"] as { readonly content: string }).content;
    assert.match(svg, /^<svg/);
    assert.match(svg, /training_data_loader/);
    assert.doesNotMatch(svg, /var\(--|class=/);
    await choose("Copy as Mermaid");
    const copied = (await webview.heard(command("copy")))["command"] as { readonly text: string };
    assert.match(copied.text, /^flowchart TB\n/);
    await choose("Save as PNG");
    const png = await webview.heard(
      (said) =>
        command("save")(said) && (said["command"] as { readonly encoding: string }).encoding === "base64",
    );
    const bytes = Buffer.from((png["command"] as { readonly content: string }).content, "base64");
    assert.equal(bytes.subarray(1, 4).toString(), "PNG");
    webview.assertClean();
  });
});
