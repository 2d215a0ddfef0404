/** The first story: open the folder, click Run pipeline, see what it made, link the model, reload; all of it is still there. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { until } from "./patience";
import { story } from "./story";
import { titled } from "./workbench";

const TUTORIAL = path.resolve(import.meta.dirname, "../../examples/tutorial");

const { workbench, scene } = story({ folder: TUTORIAL });

test(
  "lenses appear without any configuration, and stay while the text is broken",
  scene(async ({ page }) => {
    await workbench.openFile("training_pipeline.py");
    await workbench.lens("Run pipeline").waitFor();
    await workbench.lens("never run").waitFor();
    await workbench.screenshots("tutorial-1-lens");
    await page.locator(".monaco-editor .view-line").filter({ hasText: "def training_pipeline" }).click();
    await page.keyboard.press("End");
    await page.keyboard.type("\nif broken(:");
    await until(
      () =>
        workbench.ask<boolean>(
          `return vscode.window.activeTextEditor.document.getText().includes("broken(:")`,
        ),
      Boolean,
    );
    const lenses = await workbench.ask<string[]>(
      `const uri = vscode.window.activeTextEditor.document.uri;
     const found = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", uri);
     return found.map((lens) => lens.command.title)`,
    );
    assert.ok(lenses.some((title) => title.includes("Run pipeline")));
    assert.equal(await workbench.lens("Run pipeline").isVisible(), true);
    await workbench.screenshot("tutorial-1-broken");
    await workbench.ask(`await vscode.commands.executeCommand("workbench.action.files.revert")`);
  }),
);

test(
  "a click on Run pipeline runs every step, and the DAG turns green",
  scene(async () => {
    await workbench.lens("Run pipeline").click();
    const dag = await workbench.panel("dag");
    await dag.getByText("completed · 4 of 4 steps").waitFor({ timeout: 60_000 });
    await until(
      () => dag.locator(".node.step.is-completed").count(),
      (count) => count === 4,
    );
    await workbench.lens(/completed/).waitFor();
    await dag.locator(".selected-value").filter({ hasText: "Run 1, completed" }).waitFor();
    await workbench.screenshot("tutorial-2-run");
  }),
);

test(
  "a step of the DAG shows its details and its source",
  scene(async () => {
    const dag = await workbench.panel("dag");
    await dag.locator(".node.step").filter({ hasText: "train_model" }).click();
    await dag.getByTitle("Go to Source").first().waitFor();
    await workbench.screenshots("tutorial-2-details");
  }),
);

test(
  "the side bar lists what the run made",
  scene(async () => {
    await workbench.openSideBar();
    for (const name of [/^predictions/, /^X_train/, /^model/, /^accuracy/])
      await workbench.row(name).waitFor();
    await workbench.screenshot("tutorial-3-sidebar");
  }),
);

test(
  "an artifact opens with its preview",
  scene(async ({ page }) => {
    await workbench.row(/^predictions/).click();
    const artifact = await workbench.panel("artifact", titled("predictions"));
    await artifact.getByText("int64").first().waitFor();
    await artifact.getByRole("gridcell", { name: "5" }).first().waitFor();
    // A panel takes the focus when its page is up, and the palette closes when it loses it.
    await until(() => page.evaluate<boolean>(`document.activeElement?.tagName === "IFRAME"`), Boolean);
    await artifact.getByText("int64").first().click();
    await workbench.screenshots("tutorial-4-predictions");
  }),
);

test(
  "the model is linked through the palette, into a new version of a new model",
  scene(async ({ page }) => {
    await workbench.asks("Headrace: Link Artifact to Model", "Link which artifact");
    await workbench.screenshot("tutorial-5-link-artifact");
    await workbench.pick("RandomForestClassifier").click();
    await workbench.question("To which model");
    await workbench.screenshot("tutorial-5-link-model");
    await workbench.pick("New model").click();
    await workbench.question("Name of the new model");
    await workbench.type("iris_classifier");
    await page.keyboard.press("Enter");
    await workbench.row(/^iris_classifier/).waitFor();
    await workbench.told(/is linked to iris_classifier 1/);
    await workbench.screenshot("tutorial-5-linked");
  }),
);

test(
  "the link is taken back, and made again from the artifact's menu",
  scene(async ({ page }) => {
    await workbench.answer("Undo");
    await workbench.row(/^iris_classifier/).waitFor({ state: "detached" });
    await workbench.menuOf(/^model/, "Link Artifact to Model");
    await workbench.question("To which model");
    await workbench.pick("New model").click();
    await workbench.question("Name of the new model");
    await workbench.type("iris_classifier");
    await page.keyboard.press("Enter");
    await workbench.row(/^iris_classifier/).click();
    await workbench.row(/^Model iris_classifier, version 1/).click();
    const model = await workbench.panel("model");
    await model.getByRole("heading", { name: /iris_classifier/ }).waitFor();
    await workbench.clearToasts();
    await workbench.screenshots("tutorial-6-model");
  }),
);

test(
  "after a reload of the window all of it is still there",
  scene(async ({ page }) => {
    await workbench.reload();
    await workbench.openSideBar();
    await workbench.row(/^iris_classifier/).waitFor();
    await workbench.row(/^Tutorial #1/).waitFor();
    await page.getByRole("tab", { name: "Tutorial" }).click();
    const dag = await workbench.panel("dag");
    await dag.getByText("completed · 4 of 4 steps").waitFor();
    await page.getByRole("tab", { name: "iris_classifier" }).click();
    const model = await workbench.panel("model");
    await model.getByRole("heading", { name: /iris_classifier/ }).waitFor();
    await workbench.screenshot("tutorial-7-reloaded");
  }),
);

test(
  "a terminal of the workspace runs load_artefact.py with the id that is shown, and headrace itself",
  scene(async () => {
    await workbench.menuOf(/^predictions/, "Copy Artifact Id");
    const id = await until(
      () => workbench.ask<string>(`return vscode.env.clipboard.readText()`),
      (text) => /^[0-9a-f-]{36}$/.test(text),
    );
    const script = path.join(workbench.folder, "load_artefact.py");
    await writeFile(script, (await readFile(script, "utf8")).replace(/'[0-9a-f-]{36}'/, `'${id}'`));
    const python = await workbench.ask<string>(
      `return vscode.workspace.getConfiguration("headrace").get("python.interpreter")`,
    );
    await workbench.ask(
      `const terminal = vscode.window.createTerminal({ name: "load" });
     terminal.show();
     terminal.sendText(argument + " load_artefact.py > loaded.txt 2>&1; echo ended >> loaded.txt");
     terminal.sendText("headrace runs > runs.txt 2>&1; echo ended >> runs.txt")`,
      python,
    );
    const printed = await until(
      () => readFile(path.join(workbench.folder, "loaded.txt"), "utf8").catch(() => ""),
      (text) => text.endsWith("ended\n"),
    );
    assert.match(printed, /^\[[\s\d]+\]\s+ended\n$/);
    const runs = await until(
      () => readFile(path.join(workbench.folder, "runs.txt"), "utf8").catch(() => ""),
      (text) => text.endsWith("ended\n"),
    );
    assert.match(runs, /^✓ Tutorial-.*completed {2}4\/4/m);
    await workbench.screenshot("tutorial-8-terminal");
  }),
);
