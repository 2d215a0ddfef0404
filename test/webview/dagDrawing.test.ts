/** What a person does with the drawing of the DAG: moving about in it, finding, comparing, and taking it elsewhere. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { stepNode, type DagState } from "../../src/panels/dag/messages";
import { command, openDag, openGraph as openGraphOf, painted, view } from "./dagPage";
import { Webviews, type OpenPage, type WebviewPage } from "./page";
import { failedRun, fanOut, NOON, sampleState, tutorial, wide } from "./samples";

const webviews = new Webviews();
after(() => webviews.close());

const limit = { timeout: 90_000 };
const still = { reducedMotion: true } as const;

function openGraph(state: DagState, options: Partial<OpenPage> = {}): Promise<WebviewPage> {
  return openGraphOf(webviews, state, { ...still, ...options });
}

describe("moving about in the DAG", limit, () => {
  it("zooms a little with each notch of the wheel, at the pointer", async () => {
    const webview = await openGraph(tutorial);
    const { page } = webview;
    await page.mouse.move(500, 400);
    const before = await view(webview);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -120);
    await page.keyboard.up("Control");
    await painted(webview);
    const now = await view(webview);
    const factor = now.scale / before.scale;
    assert.ok(factor > 1.1 && factor < 1.5, `one notch zooms by ${factor}`);
    const top = (await page.locator(".stage-root").boundingBox())?.y ?? 0;
    const under = ({ x, y, scale }: typeof now): readonly number[] =>
      [(500 - x) / scale, (400 - top - y) / scale].map(Math.round);
    assert.deepEqual(under(now), under(before), "the same place is under the pointer");
  });

  it("stays between a tenth and four times the size, but shows all of what is larger", async () => {
    const webview = await openGraph(tutorial);
    const { page } = webview;
    await page.mouse.move(500, 400);
    await page.keyboard.down("Control");
    for (let i = 0; i < 20; i++) await page.mouse.wheel(0, 400);
    await painted(webview);
    assert.equal((await view(webview)).scale, 0.1);
    for (let i = 0; i < 30; i++) await page.mouse.wheel(0, -400);
    await page.keyboard.up("Control");
    await painted(webview);
    assert.equal((await view(webview)).scale, 4);
    webview.assertClean();
  });

  it("goes where the overview map is dragged to, and can do without the map", async () => {
    const webview = await openGraph(wide(50));
    const { page } = webview;
    const map = page.locator(".minimap");
    const box = await map.boundingBox();
    assert.ok(box !== null);
    await page.keyboard.press("1");
    const at = async (x: number, y: number): Promise<void> =>
      page.mouse.move(box.x + x, box.y + y, { steps: 3 });
    await at(90, 60);
    await page.mouse.down();
    await painted(webview);
    const middle = await view(webview);
    await at(90, 100);
    await page.mouse.up();
    await painted(webview);
    const now = await view(webview);
    // A third of the map is a third of the drawing, which goes up on the screen.
    assert.ok(now.y < middle.y - 200, `it went down by ${middle.y - now.y}`);
    assert.equal(Math.round(now.x), Math.round(middle.x), "and not sideways");
    await page.getByRole("button", { name: "Hide the Overview Map" }).click();
    await map.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Show the Overview Map" }).click();
    await map.waitFor();
    webview.assertClean();
  });

  it("shows all of the graph beside the drawer, until someone moved it: then it keeps still", async () => {
    const webview = await openGraph(tutorial, { width: 900 });
    const { page } = webview;
    const trainer = page.locator(`[data-id="${stepNode("svc_trainer")}"]`);
    const last = page.locator('[data-id="artifact:training_data_loader.y_test"]');
    const drawer = page.locator(".drawer");
    const isBesideDrawer = async (): Promise<boolean> => {
      const [card, beside] = [await last.boundingBox(), await drawer.boundingBox()];
      return card !== null && beside !== null && card.x + card.width <= beside.x;
    };
    const whole = await view(webview);
    await trainer.click();
    await drawer.waitFor();
    await painted(webview);
    assert.ok(await isBesideDrawer(), "all of it is in sight");
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "hidden" });
    await painted(webview);
    assert.deepEqual(await view(webview), whole);
    await page.mouse.move(450, 700);
    await page.mouse.wheel(0, 40);
    await painted(webview);
    const moved = await view(webview);
    await trainer.click();
    await drawer.waitFor();
    await painted(webview);
    assert.deepEqual(await view(webview), moved);
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "hidden" });
    await last.click();
    await drawer.waitFor();
    await painted(webview);
    assert.ok(await isBesideDrawer(), "what was clicked stays in sight");
  });

  it("obeys its keys wherever the keyboard is, but not where something is typed", async () => {
    const webview = await openGraph(fanOut(12));
    const { page } = webview;
    await page.locator(".node.fold-step").dblclick();
    await page.locator(".frame-outline").waitFor();
    await page.keyboard.press("1");
    await painted(webview);
    assert.equal((await view(webview)).scale, 1, "after a double click");
    await page.locator(`[data-id="${stepNode("load")}"]`).click();
    await page.locator(".drawer-scroll").focus();
    await page.keyboard.press("f");
    await painted(webview);
    const whole = (await view(webview)).scale;
    assert.ok(whole < 1, "in the drawer");
    await page.keyboard.press("1");
    await page.keyboard.press("Shift+Digit1");
    await painted(webview);
    assert.equal((await view(webview)).scale, whole, "Shift and 1 fits as f does");
    await page.keyboard.press("/");
    await page.keyboard.type("1f");
    await painted(webview);
    assert.equal((await view(webview)).scale, whole, "what is typed is searched for");
  });
});

describe("reading the DAG", limit, () => {
  it("keeps the name of a frame in sight, and folds it there", async () => {
    const webview = await openGraph(fanOut(12), { width: 900 });
    const { page } = webview;
    await page.locator(".node.fold-step").dblclick();
    const name = page.locator(".frame-name", { hasText: "train" });
    await name.waitFor();
    await page.keyboard.press("1");
    await page.mouse.move(450, 700);
    await page.mouse.wheel(700, 0);
    await painted(webview);
    const box = await name.boundingBox();
    assert.ok(box !== null && box.x >= 0 && box.x < 60, `its name stands at ${box?.x}`);
    await webview.screenshot("dag-frame-stuck");
    await page.mouse.click(box.x + 4, box.y + 4);
    await page.locator(".node.fold-step").waitFor();
    webview.assertClean();
  });

  it("writes names alone, and larger, where the rest could not be read", async () => {
    const long = "normalize_the_customer_table";
    const state = wide(50);
    const [first, ...rest] = state.steps;
    assert.ok(first !== undefined);
    const webview = await openGraph({ ...state, steps: [{ ...first, invocation: long }, ...rest] });
    const { page } = webview;
    const card = page.locator(`[data-id="${first.id}"]`);
    const texts = (): Promise<string[]> => card.locator("text").allTextContents();
    const size = async (): Promise<number> => (await card.locator(".name").boundingBox())?.height ?? 0;
    assert.ok((await view(webview)).scale < 0.6, "all of it is shown");
    assert.match((await texts()).join(""), /^normalize_.*table$/);
    const far = (await size()) / (await view(webview)).scale;
    await page.keyboard.press("2");
    await painted(webview);
    assert.match((await texts()).join("|"), /completed · 2\.3 s|cached/);
    assert.ok(far > ((await size()) / (await view(webview)).scale) * 1.3, "from afar the name is larger");
    webview.assertClean();
  });

  it("asks before it draws what is too large, and offers ways to make it smaller", async () => {
    const steps = Array.from({ length: 25_001 }, (_, i) => ({ id: `s${i}`, step: `s${i}` }));
    const webview = await openGraph(sampleState("huge", steps));
    const { page } = webview;
    await page.getByRole("heading", { name: "This graph has 25,001 nodes and 0 edges" }).waitFor();
    await webview.screenshot("dag-too-large");
    assert.equal(await page.locator(".node").count(), 0);
    assert.deepEqual(await webview.axe(), []);
    await page.getByRole("button", { name: "Show the Timeline" }).click();
    await page.getByRole("option").first().waitFor();
    await page.getByRole("tab", { name: "Graph" }).click();
    await page.getByRole("button", { name: "Group Steps by Module" }).click();
    await page.locator(".node.fold-step", { hasText: "training ×25001" }).waitFor();
    webview.assertClean();
  });

  it("can be stopped while it is drawn, and drawn after all", async () => {
    const webview = await openDag(webviews);
    const { page } = webview;
    // A layout that takes forever.
    await page.evaluate(`{
      const { postMessage } = Worker.prototype;
      window.goOn = () => { Worker.prototype.postMessage = postMessage; };
      Worker.prototype.postMessage = () => undefined;
    }`);
    await webview.post({ kind: "snapshot", rev: 1, state: wide(200), target: null });
    await page.getByText(/Drawing 400 nodes \(\d+ s\)/).waitFor();
    assert.deepEqual(await webview.axe(), []);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("alert").getByText("The graph was not drawn").waitFor();
    await page.evaluate("window.goOn()");
    await page.getByRole("button", { name: "Retry" }).click();
    await page.locator('.dag [aria-busy="false"]').waitFor({ state: "attached" });
    await page.locator(".notice").waitFor({ state: "hidden" });
    await page.locator(".minimap").waitFor();
    webview.assertClean();
  });

  it("marks what the editor's cursor stands in, and brings it into sight without coming nearer", async () => {
    const webview = await openGraph(tutorial);
    const { page } = webview;
    await page.mouse.move(400, 500);
    await page.mouse.wheel(0, 600);
    await painted(webview);
    const before = await view(webview);
    await webview.post({
      kind: "event",
      event: { kind: "highlight", nodes: [stepNode("training_data_loader")] },
    });
    await page.locator(`.node.pointed[data-id="${stepNode("training_data_loader")}"]`).waitFor();
    await painted(webview);
    const now = await view(webview);
    assert.equal(now.scale, before.scale);
    assert.ok(now.y > before.y, "it came down into sight");
  });

  it("says that details could not be read, and reads them again", async () => {
    const webview = await openGraph(tutorial);
    const { page } = webview;
    await page.locator(`[data-id="${stepNode("evaluate")}"]`).click();
    const asked = await webview.heard((said) => said.kind === "request");
    await page
      .locator(".drawer")
      .getByText(/Reading the step/)
      .waitFor();
    await webview.post({ kind: "refusal", id: asked["id"], reason: "The disk is gone." });
    await page.locator(".drawer").getByRole("alert").getByText("The disk is gone.").waitFor();
    await page.locator(".drawer").getByRole("button", { name: "Retry" }).click();
    await webview.heard((said) => said.kind === "request" && said["id"] !== asked["id"]);
    assert.deepEqual(await webview.axe(), []);
    webview.assertClean();
  });

  it("tells those who don't see it how much comes in", async () => {
    const { page } = await openGraph(tutorial);
    const item = page.locator(`[role="treeitem"][data-node="${stepNode("evaluate")}"]`);
    assert.equal(await item.textContent(), "Step evaluate, completed · 800 ms, 3 inputs");
  });
});

describe("searching in the DAG", limit, () => {
  it("goes from match to match, and stays so after the field is left", async () => {
    const webview = await openGraph(wide(15));
    const { page } = webview;
    const selected = (): Promise<string | null> => page.locator(".drawer h2").textContent();
    await page.keyboard.press("/");
    await page.getByRole("button", { name: "status:failed" }).click();
    await page.locator(".matches", { hasText: "1 of 3" }).waitFor();
    assert.equal(await page.locator(".node.step:not(.dimmed)").count(), 3);
    assert.equal(await page.locator(".search-hint").isVisible(), false);
    await page.keyboard.press("Enter");
    assert.equal(await selected(), "report_7");
    await page.keyboard.press("Escape");
    await page.keyboard.press("n");
    assert.equal(await selected(), "encode_12");
    await page.getByRole("button", { name: "Next Match" }).click();
    assert.equal(await selected(), "train_13");
    await page.keyboard.press("Shift+N");
    assert.equal(await selected(), "encode_12");
    await page.locator(".matches", { hasText: "2 of 3" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".drawer").waitFor({ state: "hidden" });
    assert.equal((await page.locator(".node.dimmed").count()) > 0, true, "what was found is still shown");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".node.dimmed").count(), 0);
    assert.equal(await page.locator(".matches").textContent(), "");
    webview.assertClean();
  });

  it("says in a narrow column what was searched for, and stops dimming the rest", async () => {
    const webview = await openGraph(tutorial, { width: 600 });
    const { page } = webview;
    await page.keyboard.press("/");
    await page.keyboard.type("evaluate");
    await page.keyboard.press("Escape");
    await page.getByText("Search: evaluate").waitFor();
    await webview.screenshot("dag-search-600");
    assert.ok((await page.locator(".node.dimmed").count()) > 0);
    await page.getByRole("button", { name: "Clear the Search" }).click();
    await page.getByText("Search: evaluate").waitFor({ state: "detached" });
    assert.equal(await page.locator(".node.dimmed").count(), 0);
    webview.assertClean();
  });

  it("finds what comes to match while a run goes on", async () => {
    const state = sampleState("live", [
      { id: "load", status: "completed", at: 0 },
      { id: "train", status: "waiting" },
    ]);
    const webview = await openGraph(state);
    const { page } = webview;
    await page.keyboard.press("/");
    await page.keyboard.type("status:running");
    await page.locator(".matches", { hasText: "No matches" }).waitFor();
    const [, train] = state.steps;
    await webview.post({
      kind: "delta",
      rev: 2,
      delta: { run: null, steps: [{ ...train, status: "running", started: NOON }], artifacts: [] },
    });
    await page.locator(".matches", { hasText: "1 of 1" }).waitFor();
    assert.equal(await page.locator(".node.step.dimmed").count(), 1);
  });
});

describe("two runs in one DAG", limit, () => {
  const [now, other] = tutorial.runs;
  assert.ok(now !== undefined && other !== undefined);
  const id = "artifact:svc_trainer.classifier";
  const compared: DagState = {
    ...tutorial,
    comparison: {
      run: { ...other, finished: other.started + 55_800 },
      statuses: { [stepNode("training_data_loader")]: "completed", [stepNode("svc_trainer")]: "completed" },
      durations: { [stepNode("svc_trainer")]: 1_000 },
      digests: {
        [id]: "sha256:other",
        "artifact:svc_trainer.train_accuracy": "sha256:artifact:svc_trainer.train_accuracy",
      },
    },
  };

  it("shows how much longer steps took, what is new, and which artifacts differ", async () => {
    const webview = await openGraph(compared);
    const { page } = webview;
    await page.getByText("Against run 6: +4.2 s · 1 artifact differs · 1 step is new").waitFor();
    const badge = (step: string): Promise<string | null> =>
      page.locator(`[data-id="${stepNode(step)}"] .badge`).textContent();
    assert.equal(await badge("svc_trainer"), "+2.4 s");
    assert.equal(await badge("evaluate"), "new");
    assert.equal(await page.locator(".node.changed").count(), 1);
    assert.equal(
      await page
        .locator(`[data-id="${id}"]`)
        .getAttribute("class")
        .then((all) => all?.includes("changed")),
      true,
    );
    await webview.screenshot("dag-compared");
    assert.deepEqual(await webview.axe(), []);
    await page.getByRole("tab", { name: "Timeline" }).click();
    assert.equal(await page.locator(".time-before").count(), 1);
    await page.getByRole("tab", { name: "Graph" }).click();
    await page.getByRole("button", { name: "Stop Comparing" }).click();
    assert.deepEqual((await webview.heard(command("compare")))["command"], { kind: "compare", runId: null });
    webview.assertClean();
  });
});

describe("the DAG elsewhere", limit, () => {
  it("is a picture that any viewer can show: with plain colours, and arrows in theirs", async () => {
    const webview = await openGraph(failedRun);
    const { page } = webview;
    const save = async (label: string): Promise<string> => {
      const before = webview.said.length;
      await page.locator(".menu-holder vscode-button").click();
      await page.getByRole("menuitem", { name: label }).click();
      const said = await webview.heard((one) => command("save")(one) && webview.said.indexOf(one) >= before);
      return (said["command"] as { readonly content: string }).content;
    };
    const svg = await save("Save as SVG");
    assert.doesNotMatch(svg, /color\(|context-stroke|var\(/);
    assert.match(svg, /<title>Graph of churn<\/title>/);
    const colors = await page.evaluate((text) => {
      const picture = new DOMParser().parseFromString(text, "image/svg+xml");
      return [...picture.querySelectorAll("[marker-end]")].map((line) => {
        const id = /#(.*)\)/.exec(line.getAttribute("marker-end") ?? "")?.[1] ?? "";
        return [
          line.getAttribute("stroke"),
          picture.getElementById(id)?.querySelector("path")?.getAttribute("stroke"),
        ];
      });
    }, svg);
    assert.ok(new Set(colors.map(([line]) => line)).size > 1, "there are red lines and others");
    for (const [line, arrow] of colors) assert.equal(arrow, line);
    const bytes = Buffer.from(await save("Save as PNG"), "base64");
    const [, width = 0, height = 0] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)?.map(Number) ?? [];
    assert.deepEqual(
      [bytes.readUInt32BE(16), bytes.readUInt32BE(20)],
      [Math.round(width * 2), Math.round(height * 2)],
    );
    webview.assertClean();
  });

  it("is a picture of no more than 8192 pixels, however large it is", async () => {
    const webview = await openGraph(wide(1_000));
    await webview.page.locator(".menu-holder vscode-button").click();
    await webview.page.getByRole("menuitem", { name: "Save as PNG" }).click();
    const said = await webview.heard(command("save"));
    const bytes = Buffer.from((said["command"] as { readonly content: string }).content, "base64");
    assert.equal(Math.max(bytes.readUInt32BE(16), bytes.readUInt32BE(20)), 8192);
    webview.assertClean();
  });
});
