/** A folder that is not trusted can be looked at and runs nothing, and says why; once it is trusted, it runs. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, before } from "node:test";
import { until, Workbench } from "./workbench";

let workbench: Workbench;

before(async () => {
  const folder = path.resolve(import.meta.dirname, "../fixtures/workspaces/troubles");
  workbench = await Workbench.open({ folder, trust: true });
});

after(async () => {
  await workbench.close();
});

function scene(title: string, act: (workbench: Workbench) => Promise<void>): void {
  Workbench.scene(title, () => workbench, act);
}

scene("in Restricted Mode pipelines are shown, and a click says why nothing runs", async ({ page }) => {
  const later = page.getByRole("button", { name: /don't trust|No, I/i });
  if ((await later.count()) > 0) await later.first().click();
  await workbench.openFile("good.py");
  await workbench.openSideBar();
  await workbench.row(/^good/).waitFor();
  await workbench.lens("Run pipeline").click();
  await until(
    () => workbench.toasts(),
    (texts) => texts.some((text) => text.includes("Restricted Mode")),
  );
  await workbench.screenshot("trust-1-restricted");
});

scene("once the folder is trusted it runs", async ({ page }) => {
  await workbench.toastButton("Manage Workspace Trust").click();
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
});
