/** One artifact of each kind, opened from the side bar as a person does, and seen in every theme. */
import path from "node:path";
import { test } from "node:test";
import { story } from "./story";
import { titled } from "./workbench";

const { workbench, scene } = story({
  folder: path.resolve(import.meta.dirname, "../fixtures/workspaces/kinds"),
});

test(
  "the pipeline that makes them runs",
  scene(async ({ page }) => {
    await workbench.openFile("kinds.py");
    await page.keyboard.press("Control+End");
    await workbench.lens("Run pipeline").click();
    await workbench.lens(/completed/).waitFor({ timeout: 60_000 });
    await workbench.clearToasts();
    await workbench.openSideBar();
  }),
);

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

for (const { artifact, what, shows } of kinds) {
  test(
    `${what} is shown as what it is`,
    scene(async () => {
      await workbench.row(new RegExp(`^${artifact}\\b`)).click();
      const page = await workbench.panel("artifact", titled(artifact));
      for (const text of shows) await page.getByText(text).filter({ visible: true }).first().waitFor();
      await workbench.screenshot(`kind-${artifact}`);
    }),
  );
}

test(
  "in every theme, and in a narrow window",
  scene(async () => {
    for (const artifact of ["iris", "classifier", "X_train"]) {
      await workbench.row(new RegExp(`^${artifact}\\b`)).click();
      await workbench.panel("artifact", titled(artifact));
      await workbench.screenshots(`kind-${artifact}`);
      await workbench.page.setViewportSize({ width: 600, height: 900 });
      await workbench.screenshot(`kind-${artifact}-600`);
      await workbench.page.setViewportSize({ width: 1400, height: 900 });
    }
  }),
);
