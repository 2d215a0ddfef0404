/** One artifact of each kind, opened from the side bar as a person does, and seen in every theme. */
import path from "node:path";
import { after, before } from "node:test";
import type { Frame } from "playwright-core";
import { until, Workbench } from "./workbench";

let workbench: Workbench;

before(async () => {
  workbench = await Workbench.open({
    folder: path.resolve(import.meta.dirname, "../fixtures/workspaces/kinds"),
  });
});

after(async () => {
  await workbench.close();
});

function scene(title: string, act: (workbench: Workbench) => Promise<void>): void {
  Workbench.scene(title, () => workbench, act);
}

scene("the pipeline that makes them runs", async ({ page }) => {
  await workbench.openFile("kinds.py");
  await page.keyboard.press("Control+End");
  await workbench.lens("Run pipeline").click();
  await workbench.lens(/completed/).waitFor({ timeout: 60_000 });
  await workbench.clearToasts();
  await workbench.openSideBar();
});

interface Kind {
  readonly artifact: string;
  readonly what: string;
  /** What its page must show, beside the name. */
  readonly shows: readonly (string | RegExp)[];
}

const kinds: readonly Kind[] = [
  { artifact: "X_train", what: "an array", shows: [/120 × 4/, "float64"] },
  { artifact: "image_stack", what: "an array of three dimensions", shows: [/4 × 12 × 10/] },
  { artifact: "iris", what: "a DataFrame", shows: [/150 rows × 6 columns/, "sepal length (cm)"] },
  { artifact: "classifier", what: "a classifier", shows: ["RandomForestClassifier", "n_estimators"] },
  { artifact: "accuracy", what: "a number", shows: ["0.9666666"] },
  { artifact: "notes", what: "text", shows: [/It confuses versicolor with virginica twice/] },
  { artifact: "settings", what: "JSON", shows: ["features", "trees"] },
  { artifact: "lengths", what: "a list", shows: ["5.1"] },
  { artifact: "signature", what: "bytes", shows: [/00 01 02 03/] },
];

/** The page of this artifact: panels of others stay open behind it. */
async function pageOf(artifact: string): Promise<Frame> {
  const found = await until(
    async () => {
      for (const frame of workbench.page.frames()) {
        const heading = frame.getByRole("heading", { name: artifact, exact: true });
        if ((await heading.count().catch(() => 0)) > 0) return frame;
      }
      return null;
    },
    (frame) => frame !== null,
  );
  return found as Frame;
}

for (const { artifact, what, shows } of kinds) {
  scene(`${what} is shown as what it is`, async () => {
    await workbench.row(new RegExp(`^${artifact}\\b`)).click();
    const page = await pageOf(artifact);
    for (const text of shows) await page.getByText(text).filter({ visible: true }).first().waitFor();
    await workbench.screenshot(`kind-${artifact}`);
  });
}

scene("in every theme, and in a narrow window", async () => {
  for (const artifact of ["iris", "classifier", "X_train"]) {
    await workbench.row(new RegExp(`^${artifact}\\b`)).click();
    await pageOf(artifact);
    await workbench.screenshots(`kind-${artifact}`);
    await workbench.page.setViewportSize({ width: 600, height: 900 });
    await workbench.screenshot(`kind-${artifact}-600`);
    await workbench.page.setViewportSize({ width: 1400, height: 900 });
  }
});
