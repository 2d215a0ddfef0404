/** Several folders in one window: each has its own store, and the side bar keeps them apart. */
import assert from "node:assert/strict";
import { access, readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { story } from "./story";

const { workbench, scene } = story({
  folder: path.resolve(import.meta.dirname, "../fixtures/workspaces/folders"),
  workspaceFile: "both.code-workspace",
});

test(
  "a pipeline of each folder runs, and leaves its results in its own folder",
  scene(async ({ page }) => {
    for (const name of ["first", "second"]) {
      await workbench.ask(
        `await vscode.window.showTextDocument(vscode.Uri.file(argument))`,
        path.join(workbench.folder, name, "work.py"),
      );
      await page
        .locator(".view-line")
        .filter({ hasText: `work_of_${name}` })
        .waitFor();
      await workbench.lens("Run pipeline").click();
      await workbench.lens(/completed/).waitFor();
      await workbench.closeEditors();
      await access(path.join(workbench.folder, name, ".headrace"));
    }
    assert.equal((await readdir(workbench.folder)).includes(".headrace"), false);
  }),
);

test(
  "the side bar lists what is in each, below its folder",
  scene(async () => {
    await workbench.clearToasts();
    await workbench.openSideBar();
    for (const name of ["first", "second"]) {
      await workbench.row(new RegExp(`^work_of_${name} #1`)).waitFor();
      await workbench.row(new RegExp(`^said_by_${name}`)).waitFor();
    }
    await workbench.screenshot("folders-side-bar");
  }),
);

test(
  "an artifact of the second folder opens with its own value",
  scene(async () => {
    await workbench.row(/^said_by_second/).click();
    const page = await workbench.panel("artifact");
    await page.getByRole("heading", { name: "said_by_second" }).waitFor();
    await page.getByText("second", { exact: true }).first().waitFor();
    await workbench.screenshot("folders-artifact");
  }),
);
