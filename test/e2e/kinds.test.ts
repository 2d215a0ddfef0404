/** One artifact of each kind, opened from the side bar as a person does, and seen in every theme. */
import { readFile, writeFile } from "node:fs/promises";
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
  { artifact: "accuracy", what: "a number", shows: ["0.966667"] },
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

test(
  "a text that changed is compared line by line in the editor's own diff, which nobody has to save",
  scene(async ({ page }) => {
    const file = path.join(workbench.folder, "kinds.py");
    const code = await readFile(file, "utf8");
    await writeFile(file, code.replace("confuses versicolor", "never confuses versicolor"));
    await workbench.runFromSideBar("kinds");
    await workbench
      .row(/^notes/)
      .first()
      .click();
    const notes = await workbench.panel("artifact", (frame) => frame.getByText("never confuses"));
    await notes.locator("vscode-button[aria-label^='Compare']").first().click();
    await notes.getByRole("button", { name: "Open Text Diff" }).click();
    const changed = page.locator(".monaco-diff-editor .char-insert, .monaco-diff-editor .line-insert");
    await changed.first().waitFor({ state: "attached" });
    await page.getByRole("tab", { name: /notes: v1 ↔ v2/ }).waitFor();
    await workbench.screenshot("kind-notes-diff");
    await workbench.closeEditors();
    await workbench.dialog().waitFor({ state: "detached" });
  }),
);

test(
  "what runs still need is not deleted, and they are named",
  scene(async () => {
    await workbench.row(/^X_train/).click();
    const page = await workbench.panel("artifact", titled("X_train"));
    await page.locator("vscode-button[aria-label='Delete…']").click();
    await workbench.told(
      /Nothing was deleted.*Made or taken by arrays \(kinds #1\), classifier \(kinds #\d\)/,
    );
    await workbench.screenshot("kind-delete");
    await workbench.clearToasts();
  }),
);
