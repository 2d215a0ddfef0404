/** A folder that is not trusted can be looked at and runs nothing, and says why; once it is trusted, it runs. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { until } from "./patience";
import { story } from "./story";

const folder = path.resolve(import.meta.dirname, "../fixtures/workspaces/troubles");
const { workbench, scene } = story({
  folder,
  trust: true,
  // VS Code's own question may come before anything else, or after it.
  settings: { "security.workspace.trust.startupPrompt": "never" },
});

test(
  "in Restricted Mode pipelines are shown, and a click says why nothing runs",
  scene(async () => {
    await workbench.openFile("good.py");
    await workbench.openSideBar();
    await workbench.row(/^good/).waitFor();
    await workbench.lens("Run pipeline").click();
    await workbench.told("Restricted Mode");
    await workbench.screenshot("trust-1-restricted");
  }),
);

test(
  "once the folder is trusted it runs",
  scene(async ({ page }) => {
    await workbench.answer("Manage Workspace Trust");
    await page
      .locator(".workspace-trust-editor .monaco-button")
      .filter({ hasText: /^Trust$/ })
      .click();
    await until(() => workbench.ask<boolean>(`return vscode.workspace.isTrusted`), Boolean);
    await workbench.clearToasts();
    await workbench.openFile("good.py");
    await workbench.lens("Run pipeline").click();
    await workbench.row(/^good #1/).waitFor();
    await workbench.lens(/completed/).waitFor();
    assert.deepEqual(await workbench.toasts(), []);
    await workbench.screenshot("trust-2-trusted");
  }),
);
