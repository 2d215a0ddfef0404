/** Models as a person meets them: a version's page, its way through the stages and back, links made and taken back in every way. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { Frame, Locator } from "playwright-core";
import { until } from "./patience";
import { story } from "./story";
import { titled } from "./workbench";

const TRAINING = path.resolve(import.meta.dirname, "../fixtures/workspaces/training");

const { workbench, scene } = story({ folder: TRAINING, settings: { "headrace.run.openDag": false } });

/** The page of a version, by what its list of versions has chosen. */
async function pageOf(version: string): Promise<Frame> {
  await workbench.page.getByRole("tab", { name: `line ${version}` }).waitFor();
  return workbench.panel("model");
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Within a row or a line of text. */
async function placeOf(within: Locator): Promise<Place> {
  const box = await within.boundingBox();
  assert.ok(box);
  return { x: box.x + 60, y: box.y + box.height / 2 };
}

/** By hand: a drop counts only where VS Code has seen the pointer rest with its load. */
async function drag(from: Locator, to: Locator): Promise<void> {
  const { mouse } = workbench.page;
  const [start, end] = await Promise.all([placeOf(from), placeOf(to)]);
  await mouse.move(start.x, start.y);
  await mouse.down();
  await mouse.move(start.x + 12, start.y + 6, { steps: 4 });
  await mouse.move(end.x, end.y, { steps: 15 });
  const over = workbench.page.evaluate<null>(
    `new Promise((seen) => document.addEventListener("dragover", () => seen(null), { once: true }))`,
  );
  await mouse.move(end.x + 4, end.y, { steps: 4 });
  await over;
  await mouse.up();
}

function textOf(file: string): Promise<string> {
  return workbench.ask(
    `return vscode.workspace.textDocuments.find(({ fileName }) => fileName === argument)?.getText() ?? ""`,
    path.join(workbench.folder, file),
  );
}

test(
  "a pipeline with a model makes a version for each run",
  scene(async () => {
    await workbench.openSideBar();
    await workbench.runFromSideBar("registering");
    await workbench.row(/^registering #1, completed/).waitFor({ timeout: 60_000 });
    await workbench.ask(
      `await vscode.commands.executeCommand("headrace.runWithoutCache",
      { kind: "pipeline", workspace: argument, name: "registering", file: argument + "/registering.py", functionName: "registering" })`,
      workbench.folder,
    );
    await workbench.row(/^line 2 versions/).click();
    await workbench.row(/^Model line, version 2/).click();
    const page = await pageOf("2");
    await page.getByRole("heading", { name: "line" }).waitFor();
    await page.getByText("accuracy").first().waitFor();
    await page
      .getByRole("button", { name: "weights" })
      .or(page.getByRole("link", { name: "weights" }))
      .first()
      .waitFor();
    await workbench.screenshot("models-1-page");
  }),
);

test(
  "a version is promoted from its page, and taken back with Undo",
  scene(async () => {
    const page = await workbench.panel("model");
    await page.getByRole("button", { name: "Change Stage…" }).click();
    await workbench.question("To which stage?");
    await workbench.screenshot("models-2-stages");
    await workbench.pick("production").click();
    await workbench.told(/line 2: production/);
    await workbench.row(/^Model line, version 2, production/).waitFor();
    await page.locator(".title-row .stage-production").waitFor();
    await workbench.screenshot("models-2-promoted");
    await workbench.answer("Undo");
    await workbench.row(/^Model line, version 2, (?!production)/).waitFor();
    await page.locator(".title-row .stage-production").waitFor({ state: "detached" });
  }),
);

test(
  "whoever holds a stage gives it up only after a question",
  scene(async () => {
    await workbench.menuOf(/^Model line, version 1/, "Promote Model Version");
    await workbench.question("To which stage?");
    await workbench.pick("production").click();
    await workbench.row(/^Model line, version 1, production/).waitFor();
    await workbench.clearToasts();
    await workbench.menuOf(/^Model line, version 2/, "Promote Model Version");
    await workbench.question("To which stage?");
    await workbench.pick("production").click();
    await workbench.dialog().getByText("Move line 2 to production?").waitFor();
    await workbench.dialog().getByText("line 1 is in production now and will be archived.").waitFor();
    await workbench.screenshot("models-3-question");
    await workbench.dialogButton("Cancel").click();
    await workbench.row(/^Model line, version 1, production/).waitFor();
    await workbench.menuOf(/^Model line, version 2/, "Promote Model Version");
    await workbench.question("To which stage?");
    await workbench.pick("production").click();
    await workbench.dialogButton("Move").click();
    await workbench.row(/^Model line, version 2, production/).waitFor();
    await workbench.row(/^Model line, version 1, archived/).waitFor();
    await workbench.command("Headrace: Undo Last Change");
    await workbench.row(/^Model line, version 1, production/).waitFor();
    await workbench.row(/^Model line, version 2, (?!production)/).waitFor();
    await workbench.clearToasts();
    await workbench.screenshot("models-3-undone");
  }),
);

test(
  "an artifact is dropped on a version, and the link is taken back",
  scene(async () => {
    await workbench.runFromSideBar("training");
    await workbench.row(/^training #1, completed/).waitFor();
    await drag(workbench.row(/^slope/), workbench.row(/^Model line, version 2/));
    await workbench.told(/slope v1 is linked to line 2/);
    const page = await workbench.panel("model");
    await page.getByText("slope", { exact: true }).first().waitFor();
    await workbench.screenshot("models-4-dropped");
    await workbench.answer("Undo");
    await page.getByText("slope", { exact: true }).first().waitFor({ state: "detached" });
  }),
);

test(
  "on the model itself it makes a new version; unlinking from the row below it is undone, too",
  scene(async () => {
    await drag(workbench.row(/^slope/), workbench.row(/^line 2 versions/));
    await workbench.told(/slope v1 is linked to line 3/);
    await workbench.clearToasts();
    await workbench
      .row(/^Model line, version 3/)
      .locator(".monaco-tl-twistie")
      .click();
    await workbench
      .row(/^Other artifacts|^Data/)
      .locator(".monaco-tl-twistie")
      .click();
    await workbench.menuOf(/^Artifact slope, version 1/, "Unlink from This Model");
    await workbench.told(/slope is not linked any more/);
    await workbench.row(/^Artifact slope, version 1/).waitFor({ state: "detached" });
    await workbench.answer("Undo");
    await workbench.row(/^Other artifacts|^Data/).waitFor();
    await workbench.screenshot("models-5-relinked");
  }),
);

test(
  "a version's own menu asks only for the artifact",
  scene(async () => {
    await workbench.menuOf(/^Model line, version 2/, "Link Artifact to Model");
    await workbench.question("Link which artifact?");
    await workbench.pick("summary").click();
    await workbench.told(/summary v1 is linked to line 2/);
    await workbench.clearToasts();
  }),
);

test(
  "tags of an artifact are written on its page",
  scene(async ({ page }) => {
    await workbench.row(/^slope/).click();
    const artifact = await workbench.panel("artifact", titled("slope"));
    await artifact.getByPlaceholder("Add tag").last().fill("kept");
    await page.keyboard.press("Enter");
    await artifact.getByText("kept").first().waitFor();
    const tags = await workbench.ask<string>(
      `const api = vscode.extensions.getExtension("headrace.headrace").exports;
     const { reader } = await api.engine(argument);
     return reader.artifacts({ limit: 50 }).items.map((one) => one.tags.join()).join(" ") +
       reader.artifactVersions(reader.artifact("slope").id, { limit: 5 }).items.map((one) => one.tags.join()).join(" ")`,
      workbench.folder,
    );
    assert.match(tags, /kept/);
    await workbench.screenshot("models-6-tags");
  }),
);

test(
  "the lines that load an artifact are dragged from its page into code, where they are lines of their own",
  scene(async ({ page }) => {
    await workbench.ask(
      `await vscode.commands.executeCommand("workbench.action.moveEditorToNextGroup");
       const file = vscode.Uri.file(argument);
       await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file), vscode.ViewColumn.One)`,
      path.join(workbench.folder, "waiting.py"),
    );
    const artifact = await workbench.panel("artifact", titled("slope"));
    const lines = artifact.locator(".snippet");
    await lines.getByText("get_artifact_version").scrollIntoViewIfNeeded();
    await drag(lines, page.locator(".view-line").filter({ hasText: "return 1" }));
    const text = await until(
      () => textOf("waiting.py"),
      (now) => now.includes("artifact.load()"),
    );
    assert.match(
      text,
      /\n {4}return 1\n {4}from zenml.client import Client\n\n {4}# slope, version 1\n {4}artifact = .*\n {4}value = artifact.load\(\)\n\n\n@pipeline/,
    );
    await workbench.screenshot("models-8-dragged");
  }),
);

test(
  "from the side bar they come in the language of the file, and are taken back in one go",
  scene(async ({ page }) => {
    await workbench.ask(
      `const document = await vscode.workspace.openTextDocument({ language: "typescript", content: "" });
       await vscode.window.showTextDocument(document, vscode.ViewColumn.One)`,
    );
    await drag(workbench.row(/^slope/), page.locator(".editor-instance .view-line:visible").first());
    const text = (): Promise<string> =>
      workbench.ask(`return vscode.window.activeTextEditor?.document.getText() ?? ""`);
    assert.match(
      await until(text, (now) => now.includes("artifact.load()")),
      /^import \{ Client \} from "headrace";\n\n\/\/ slope, version 1\n/,
    );
    await workbench.screenshot("models-8-typescript");
    await workbench.ask(`await vscode.commands.executeCommand("undo")`);
    assert.equal(await text(), "");
    await workbench.ask(
      `await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor")`,
    );
  }),
);

test(
  "on a model, the lines of the page are a link",
  scene(async () => {
    const artifact = await workbench.panel("artifact", titled("slope"));
    await drag(artifact.locator(".snippet"), workbench.row(/^Model line, version 1/));
    await workbench.told(/slope v1 is linked to line 1/);
    await workbench.clearToasts();
  }),
);

test(
  "a model is deleted with its versions after a question",
  scene(async () => {
    await workbench.menuOf(/^line 3 versions/, "Delete Model");
    await workbench.dialog().getByText("Delete the model line with all its versions?").waitFor();
    await workbench.screenshot("models-7-delete");
    await workbench.dialogButton("Delete").click();
    await workbench.row(/^line /).waitFor({ state: "detached" });
    await workbench.row(/^slope/).waitFor();
  }),
);
