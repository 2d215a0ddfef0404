/** A disk that fills up in mid-run: the user is told, what was stored stays, and the next run works once there is room. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { story } from "./story";
import { titled } from "./workbench";

const disk = mkdtempSync(path.join(tmpdir(), "headrace-disk-"));
const mounted = mountSmall();

/** A disk of 24 MB in memory; false where this user may not mount one. */
function mountSmall(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

if (mounted) fills();
else test("a full disk", { skip: "this user may not mount a small file system" }, () => undefined);

after(() => {
  // Also while a process that ran there is still about to end.
  if (mounted) execFileSync("umount", ["--lazy", disk]);
  rmSync(disk, { recursive: true });
});

function fills(): void {
  const { workbench, scene } = story({
    folder: path.resolve(import.meta.dirname, "../fixtures/workspaces/growing"),
    parent: disk,
  });

  test(
    "a run that fills the disk fails with the reason, and keeps what was stored before",
    scene(async () => {
      await workbench.openFile("growing.py");
      await workbench.lens("Run pipeline").click();
      const texts = await workbench.told(/growing failed in step grow.*much.*the disk is full/s);
      await workbench.screenshot("full-disk");
      assert.equal(texts.length, 1, texts.join("\n"));
      await workbench.openSideBar();
      await workbench.row(/^growing #1, failed/).waitFor();
      await workbench.row(/^beginning/).click();
      const page = await workbench.panel("artifact", titled("beginning"));
      await page.getByText("was stored before the disk was full").first().waitFor();
      await workbench.screenshot("full-disk-kept");
    }),
  );

  test(
    "with less to write, the next run completes",
    scene(async () => {
      await workbench.clearToasts();
      await workbench.closeEditors();
      await writeFile(path.join(workbench.folder, "small"), "");
      await workbench.openFile("growing.py");
      await workbench.lens("Run pipeline").click();
      await workbench.row(/^growing #2, completed/).waitFor();
      await workbench.row(/^much/).waitFor();
      assert.deepEqual(await workbench.toasts(), []);
    }),
  );
}
