/** What the editor itself shows: problems with their fixes, states, values, and the way in for who is new. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { insist, until } from "./patience";
import { story } from "./story";
import { titled, type Theme } from "./workbench";

const MISTAKES = path.resolve(import.meta.dirname, "../fixtures/workspaces/mistakes");

const { workbench, scene } = story({ folder: MISTAKES, settings: { "headrace.run.openDag": false } });

async function lineText(line: number): Promise<string> {
  return workbench.ask(
    `return vscode.window.activeTextEditor.document.lineAt(argument - 1).text.trim()`,
    line,
  );
}

test(
  "what can't work is underlined before it runs, each in words",
  scene(async () => {
    await workbench.openFile("mistakes.py");
    const expected = [
      /^19: split has 2 outputs \(train, test\), and 3 names take them/,
      /^25: These steps wait for each other/,
      /^32: Another call in this pipeline has the id same already/,
      /^37: A function can’t be recorded as a parameter of fit/,
      /^41: idles calls no step/,
      /^55: fit is called outside of a pipeline/,
    ];
    const problems = await until(
      () => workbench.problems("mistakes.py"),
      (found) => found.length >= expected.length,
    );
    for (const one of expected)
      assert.ok(
        problems.some((text) => one.test(text)),
        `${one}\n${problems.join("\n")}`,
      );
    assert.equal(problems.length, expected.length, problems.join("\n"));
    await workbench.command("Problems: Focus on Problems View");
    await workbench.page.locator(".markers-panel .monaco-list-row").first().waitFor();
    await workbench.screenshot("editor-1-problems");
    await workbench.ask(`await vscode.commands.executeCommand("workbench.action.closePanel")`);
  }),
);

for (const [line, column, fix, text] of [
  [19, 6, "Take them as train, test", "train, test = split([1, 2, 3])"],
  [25, 28, "Remove this “after”", 'fit([1], id="first")'],
  [32, 18, "Change the id to same_2", 'fit([2], id="same_2")'],
] as const) {
  test(
    `the fix of line ${line} is a key away: ${fix}`,
    scene(async () => {
      await workbench.goTo(line, column);
      const entry = await workbench.fix(fix);
      await workbench.screenshot(`editor-2-fix-${line}`);
      await entry.click();
      await until(
        () => lineText(line),
        (now) => now === text,
      );
      await until(
        () => workbench.problems("mistakes.py"),
        (problems) => !problems.some((problem) => problem.startsWith(`${line}: `)),
      );
    }),
  );
}

test(
  "a name that no artifact has is told once there are artifacts, with the one that is meant",
  scene(async ({ page }) => {
    await page.keyboard.press("Control+S");
    await workbench.openSideBar();
    await workbench.runFromSideBar("works");
    await workbench.row(/^works #1, completed/).waitFor({ timeout: 60_000 });
    await until(
      () => workbench.problems("mistakes.py"),
      (problems) =>
        problems.some((text) =>
          /^52: No artifact is named trian in this folder. Is train meant\?/.test(text),
        ),
    );
    await page.locator(".monaco-editor").first().click();
    await workbench.goTo(52, 45);
    await (await workbench.fix("Change to train")).click();
    await until(
      () => lineText(52),
      (now) => now.includes('"train"'),
    );
  }),
);

test(
  "states stand in the gutter, values beside their names and in the hover",
  scene(async ({ page }) => {
    await workbench.goTo(47, 20);
    await workbench.lens(/completed/).waitFor();
    await page.locator(".monaco-editor .view-line").filter({ hasText: "list of 2" }).first().waitFor();
    const hover = page.locator(".monaco-hover").filter({ hasText: "Open Log" });
    await insist(async (timeout) => {
      await page.keyboard.press("Control+K");
      await page.keyboard.press("Control+I");
      await hover.waitFor({ timeout });
    });
    await workbench.screenshot("editor-3-hover");
    await page.keyboard.press("Escape");
    await page
      .locator(".margin-view-overlays .line-numbers")
      .filter({ hasText: /^46$/ })
      .click({ button: "right" });
    await workbench.menuItem("Run Pipeline").waitFor();
    await workbench.screenshot("editor-3-gutter");
    await page.keyboard.press("Escape");
    await page
      .getByRole("button", { name: /^Python 3/ })
      .or(page.locator(".statusbar-item").filter({ hasText: "Python 3" }))
      .first()
      .click();
    await workbench.question("Headrace");
    await workbench.screenshot("editor-3-status");
    await page.keyboard.press("Escape");
  }),
);

/** Many steps, of which the pipeline at the end calls some. */
function manySteps(count: number, called: number): string {
  const names = Array.from({ length: count }, (_, i) => `step_${i}`);
  const steps = names.map((name) => `@step\ndef ${name}() -> int:\n    time.sleep(0.1)\n    return 1\n\n\n`);
  const calls = names.slice(0, called).map((name) => `    ${name}()\n`);
  return [
    "import time\n\nfrom zenml import pipeline, step\n\n\n",
    ...steps,
    "@pipeline(enable_cache=False)\ndef many():\n",
    ...calls,
  ].join("");
}

test(
  "lenses do what they say while they change, scroll by and move under the typing",
  scene(async ({ page }) => {
    await writeFile(path.join(workbench.folder, "many.py"), manySteps(40, 20));
    await workbench.openFile("many.py");
    for (const run of ["1", "2", "3"]) {
      await page.keyboard.press("Control+End");
      await workbench.lens("Run pipeline").click();
      await workbench.row(new RegExp(`^many #${run}, (running|completed)`)).waitFor();
      await page.locator(".editor-instance:visible").first().hover();
      for (const towards of [-4000, 900, 900, 6000]) await page.mouse.wheel(0, towards);
      await page.keyboard.press("Control+Home");
      await page.keyboard.type(`# line ${run}\n`);
      await page.keyboard.press("Control+End");
      // A lens that comes into sight may still be the one of before.
      await workbench.lens(/steps|completed/).click();
      const opened = await workbench.panel("run", titled(`many #${run}`));
      await opened.getByText("completed", { exact: true }).first().waitFor();
      await workbench.row(new RegExp(`^many #${run}, completed`)).waitFor();
      await workbench.openFile("many.py");
    }
    assert.deepEqual(await workbench.toasts(), []);
    await page.keyboard.press("Control+End");
    await workbench.lens(/completed/).waitFor();
    await workbench.screenshot("editor-7-lenses");
  }),
);

test(
  "a pipeline is a task, which ends with the run",
  scene(async ({ page }) => {
    await workbench.asks("Tasks: Run Task", "Select the task to run");
    await workbench.type("headrace");
    await workbench.pick("headrace").first().click();
    await workbench.pick("works").waitFor();
    await workbench.screenshot("editor-4-tasks");
    await workbench.pick("works").click();
    await workbench.row(/^works #2, completed/).waitFor();
    await page.keyboard.press("Escape");
    await workbench.screenshot("editor-4-task");
    await workbench.ask(`await vscode.commands.executeCommand("workbench.action.closePanel")`);
  }),
);

test(
  "the walkthrough leads from the sample project to a run",
  scene(async ({ page }) => {
    await workbench.command("Headrace: Get Started");
    await page.getByRole("button", { name: "Create Sample Project" }).first().waitFor();
    for (const theme of ["dark", "light", "high-contrast"] satisfies Theme[]) {
      await workbench.theme(theme);
      for (const step of [
        "Create a sample project",
        "Choose a Python",
        "Run the pipeline",
        "Look at what it made",
        "Link it to a model",
      ]) {
        await page.locator(".getting-started-step").filter({ hasText: step }).click();
        await page.locator(".getting-started-step.expanded").filter({ hasText: step }).waitFor();
        await page
          .locator(".getting-started-media svg, .getting-started-media iframe, .getting-started-media img")
          .first()
          .waitFor();
        await workbench.screenshot(
          `editor-5-walkthrough-${theme}-${step.split(" ")[0]?.toLowerCase() ?? ""}`,
        );
      }
    }
    await workbench.theme("dark");
    await page.locator(".getting-started-step").filter({ hasText: "Create a sample project" }).click();
    await page.getByRole("button", { name: "Create Sample Project" }).first().click();
    await page.getByRole("tab", { name: "training_pipeline.py" }).waitFor();
    await workbench.screenshot("editor-6-sample");
    await workbench.runFromSideBar("training_pipeline");
    await workbench.row(/^training_pipeline #1, completed/).waitFor({ timeout: 60_000 });
    await workbench.row(/^iris_classifier/).waitFor();
    assert.deepEqual(await workbench.problems("iris/training_pipeline.py"), []);
    await workbench.screenshot("editor-6-ran");
  }),
);
