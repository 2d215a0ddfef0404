/** The first story: open the folder, click Run pipeline, see what it made, link the model, reload; all of it is still there. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { Workbench } from "./workbench";

const TUTORIAL = path.resolve(import.meta.dirname, "../../examples/tutorial");

let workbench: Workbench;

before(async () => {
  workbench = await Workbench.open({ folder: TUTORIAL });
});

after(async () => {
  await workbench.close();
});

test("a click on Run pipeline runs every step", async () => {
  await workbench.openFile("training_pipeline.py");
  await workbench.lens("Run pipeline").waitFor({ timeout: 30_000 });
  await workbench.screenshot("tutorial-1-lens");
  await workbench.lens("Run pipeline").click();
  await workbench.lens(/completed|succeeded/i).waitFor({ timeout: 60_000 });
  await workbench.screenshot("tutorial-2-run");
});
