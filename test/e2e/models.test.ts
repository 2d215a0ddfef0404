/** Models as a person meets them: a version's page, its way through the stages and back, links made and taken back in every way. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { Frame } from "playwright-core";
import { story } from "./story";
import { titled } from "./workbench";

const TRAINING = path.resolve(import.meta.dirname, "../fixtures/workspaces/training");

const { workbench, scene } = story({ folder: TRAINING, settings: { "headrace.run.openDag": false } });

/** The page of a version, by what its list of versions has chosen. */
async function pageOf(version: string): Promise<Frame> {
  await workbench.page.getByRole("tab", { name: `line ${version}` }).waitFor();
  return workbench.panel("model");
}

/** By hand: a drop counts only where VS Code has seen the pointer rest with its load. */
async function drag(from: RegExp, to: RegExp): Promise<void> {
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

async function placeOf(row: RegExp): Promise<{ readonly x: number; readonly y: number }> {
  const box = await workbench.row(row).boundingBox();
  assert.ok(box);
  return { x: box.x + 60, y: box.y + box.height / 2 };
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
    await drag(/^slope/, /^Model line, version 2/);
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
    await drag(/^slope/, /^line 2 versions/);
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
