/** Each part of the artifact's page that waits for an answer: the wait with its time and a way out, then the answer or why there is none. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { Preview } from "../../src/core/preview";
import { artifactStrings, type ArtifactSnapshot } from "../../src/panels/artifact/messages";
import { Webviews, type Said, type WebviewPage } from "./page";

const webviews = new Webviews();
after(() => webviews.close());

const limit = { timeout: 60_000 };

const table: Extract<Preview, { readonly kind: "table" }> = {
  kind: "table",
  rows: 5_000,
  columns: ["fpr", "tpr"].map((name) => ({
    ...{ name, type: "float64", kind: "number" as const, missing: 0, distinct: null },
    ...{ number: null, top: [] },
  })),
  columnCount: 2,
  index: null,
  head: Array.from({ length: 100 }, (_, i) => [i / 5_000, i / 5_000]),
  indexHead: Array.from({ length: 100 }, (_, i) => i),
  file: "df.parquet",
  truncated: true,
};
const wide = { ...table, columns: table.columns.map((one, i) => ({ ...one, name: `c${i}` })) };

const array: Extract<Preview, { readonly kind: "array" }> = {
  ...{ kind: "array", shape: [3, 4, 5], dtype: "float64", statistics: null, head: [], file: "data.npy" },
  truncated: true,
};

function snapshot(preview: Preview): ArtifactSnapshot {
  const version = (id: string): ArtifactSnapshot["versions"][number] => ({
    ...{ id, version: id, created: 0, summary: "0.30000000000000004" },
  });
  return {
    artifact: {
      ...{ id: "2", name: "scores", alias: null, version: "2", type: "DataArtifact", dataType: "pandas" },
      ...{ materializer: "m", language: "python", digest: "sha256:0", bytes: 1, created: 0 },
      ...{ saveType: "step_output", summary: "0.30000000000000004", tags: [] },
    },
    ...{
      preview,
      previewMissing: null,
      image: null,
      imageProblem: null,
      pages: true,
      csv: null,
      figure: null,
    },
    ...{ visualizations: [], metadata: {}, producer: null, inputs: [], consumers: [], series: [], links: [] },
    ...{ versions: [version("2"), version("1")], versionCount: 2, payloadThere: true, readOnly: null },
  };
}

async function opened(preview: Preview, more: Partial<ArtifactSnapshot> = {}): Promise<WebviewPage> {
  const strings = artifactStrings({ t: (message) => message });
  const webview = await webviews.open({ name: "artifact", strings });
  await webview.heard((said) => said.kind === "ready");
  await webview.post({ kind: "snapshot", rev: 1, state: { ...snapshot(preview), ...more }, target: null });
  webview.page.setDefaultTimeout(8_000);
  await webview.page.locator("main.preview").waitFor();
  return webview;
}

interface Wait {
  readonly what: string;
  readonly preview: Preview;
  readonly method: string;
  readonly label: RegExp;
  /** What makes the page ask; nothing, when it does so by itself. */
  readonly cause: (webview: WebviewPage) => Promise<unknown>;
  readonly answer: unknown;
  /** What is there once the answer is. */
  readonly shows: string;
}

const rows = Array.from({ length: 100 }, (_, i) => [`row ${i}`, 0.25, 0.75]);
const page = { rows, offset: 0, total: 5_000, limitedTo: null };
const press =
  (selector: string) =>
  (webview: WebviewPage): Promise<unknown> =>
    webview.page.locator(selector).first().click();

const waits: readonly Wait[] = [
  {
    ...{ what: "sorting", preview: wide, method: "tablePage", label: /Sorting \(\d+ s/ },
    ...{ cause: press(".grid-header .grid-press"), answer: page, shows: "row 3" },
  },
  {
    ...{ what: "filtering", preview: wide, method: "tablePage", label: /Filtering \(\d+ s/ },
    cause: ({ page: shown }) => shown.locator("vscode-text-field[placeholder='Filter rows'] input").fill("9"),
    ...{ answer: { ...page, total: 100 }, shows: "100 of 5,000 rows" },
  },
  {
    ...{ what: "rows that come into sight", preview: wide, method: "tablePage", label: /Reading rows/ },
    cause: ({ page: shown }) => shown.locator(".grid").evaluate((grid) => (grid.scrollTop = 50 * 24 * 1_000)),
    ...{ answer: { ...page, offset: 4_900 }, shows: "row 97" },
  },
  {
    ...{ what: "a curve", preview: table, method: "tablePage", label: /Reading the curve/ },
    cause: () => Promise.resolve(),
    answer: { ...page, rows: [0, 0.5, 1].map((x) => [0, x, x]) },
    shows: "Area under the curve: 0.5",
  },
  {
    what: "columns that the preview doesn't tell of",
    preview: { ...wide, columnCount: 3 },
    ...{ method: "tableColumns", label: /Reading the columns/, cause: () => Promise.resolve() },
    answer: ["c0", "c1", "late"].map((name) => ({ name, type: "float64", kind: "number" })),
    shows: "late",
  },
  {
    ...{ what: "values of an array", preview: array, method: "arraySlice", label: /Reading the values/ },
    cause: () => Promise.resolve(),
    answer: { shape: [3, 4, 5], values: Array.from({ length: 4 }, () => [1, 2, 3, 4, 77]) },
    shows: "77",
  },
  {
    ...{ what: "lineage", preview: wide, method: "lineage", label: /Following the lineage/ },
    cause: press("vscode-button[title='Show Lineage']"),
    answer: {
      nodes: [
        { id: "2", kind: "artifact", label: "scores v2", detail: "", column: 0, runId: null },
        { id: "s", kind: "step", label: "score", detail: "run", column: -1, runId: "r" },
      ],
      ...{ edges: [{ from: "s", to: "2" }], more: 3 },
    },
    shows: "3 more are not drawn.",
  },
  {
    ...{ what: "a comparison", preview: wide, method: "diff", label: /Comparing the versions/ },
    cause: press("vscode-button[aria-label^='Compare']"),
    answer: {
      ...{ left: snapshot(wide).versions[1], right: snapshot(wide).versions[0], same: true },
      ...{ rows: [], total: 0, table: null, isText: false },
    },
    shows: "The content is the same.",
  },
  {
    ...{ what: "the loader snippet", preview: wide, method: "snippet", label: /Writing the snippet/ },
    cause: () => Promise.resolve(),
    ...{ answer: "artifact.load()", shows: "artifact.load()" },
  },
];

describe("waiting in the artifact's page", { timeout: 600_000 }, () => {
  for (const { what, preview, method, label, cause, answer, shows } of waits)
    it(`${what}: time, way out, reason, another try, answer`, limit, async () => {
      const webview = await opened(preview);
      const { page: shown } = webview;
      await cause(webview);
      const asked = (after: number): Promise<Said> =>
        webview.heard(
          (said) => said.kind === "request" && said["method"] === method && Number(said["id"]) > after,
        );
      const first = await asked(0);
      const surface = shown.locator(".surface", { hasText: label });
      await surface.waitFor();
      await webview.post({ kind: "progress", id: first["id"], fraction: 0.4 });
      await surface.getByText("40 %").waitFor();
      assert.deepEqual(await webview.axe(), []);

      await surface.getByRole("button", { name: "Cancel" }).click();
      await webview.heard((said) => said.kind === "giveUp" && said["id"] === first["id"]);
      const left = shown.locator(".surface", { hasText: "Cancelled." });
      await left.getByRole("button", { name: "Retry" }).click();

      const second = await asked(Number(first["id"]));
      await webview.post({ kind: "refusal", id: second["id"], reason: "The <b>disk</b> is gone." });
      const failed = shown.locator(".surface", { hasText: "The <b>disk</b> is gone." });
      await failed.getByRole("button", { name: "Show Output" }).click();
      await webview.heard((said) => said.kind === "showLog");
      assert.deepEqual(await webview.axe(), []);
      await failed.getByRole("button", { name: "Retry" }).click();

      const third = await asked(Number(second["id"]));
      await webview.post({ kind: "reply", id: third["id"], value: answer });
      await shown.getByText(shows, { exact: true }).filter({ visible: true }).first().waitFor();
      await failed.waitFor({ state: "hidden" });
      webview.assertClean();
    });

  it(
    "an answer that comes quickly is not announced, and a later question takes the place of an earlier one",
    limit,
    async () => {
      const webview = await opened(wide);
      const { page: shown } = webview;
      await shown.locator(".grid-header .grid-press").first().click();
      const isSort =
        (descending: boolean) =>
        (said: Said): boolean =>
          JSON.stringify(said["params"] ?? null).includes(`"descending":${descending}`);
      const first = await webview.heard(isSort(false));
      await shown.locator("vscode-text-field[placeholder='Filter rows'] input").fill("9");
      await webview.heard((said) => said.kind === "giveUp" && said["id"] === first["id"]);
      await webview.post({ kind: "reply", id: first["id"], value: { ...page, rows: [["stale", 0, 0]] } });
      const second = await webview.heard((said) =>
        JSON.stringify(said["params"] ?? "").includes('"text":"9"'),
      );
      await webview.post({ kind: "reply", id: second["id"], value: { ...page, total: 100 } });
      await shown.getByText("100 of 5,000 rows").waitFor();
      assert.equal(await shown.getByText("stale").count(), 0);
    },
  );

  it("long numbers are short in the head, and whole in the tooltip", limit, async () => {
    const { page: shown } = await opened(wide);
    const summary = shown.locator(".header .summary");
    assert.equal(await summary.textContent(), "0.3");
    assert.equal(await summary.getAttribute("title"), "0.30000000000000004");
    assert.equal(await shown.getByText("0.30000000000000004").count(), 0);
  });

  it("an image that is too large is said to be", limit, async () => {
    const image = { kind: "image" as const, file: "a.png", width: 1, height: 1, mime: "image/png" };
    const webview = await opened(image, { imageProblem: { kind: "too-large", bytes: 20 * 1024 * 1024 } });
    await webview.page.getByText("scores is too large to show (20.0 MB).").waitFor();
  });

  it("several filters hold together, and are taken away one by one", limit, async () => {
    const webview = await opened(wide);
    const { page: shown } = webview;
    const text = shown.locator("vscode-text-field[placeholder='Filter rows'] input");
    await text.fill("1");
    await text.press("Enter");
    await shown.locator(".chips .tag", { hasText: "c0 contains 1" }).waitFor();
    await text.fill("2");
    await webview.heard(
      (said) => JSON.stringify(said["params"] ?? "").match(/"text":"1".*"text":"2"/) !== null,
    );
    assert.deepEqual(await webview.axe(), []);
    await shown.locator("vscode-button[aria-label='Remove filter c0 contains 1']").click();
    await webview.heard((said) => {
      const { filters = [] } = (said["params"] ?? {}) as { filters?: readonly { text: string }[] };
      return filters.length === 1 && filters[0]?.text === "2";
    });
    assert.equal(await shown.locator(".chips .tag").count(), 0);
  });
});
