/** Help while someone writes: fixes that make a pipeline run, names and options to choose from, and what they mean. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { Locator } from "playwright-core";
import { insist, until } from "./patience";
import { story } from "./story";

const FOLDER = path.resolve(import.meta.dirname, "../fixtures/workspaces/assist");
const FILE = "assist.py";

const { workbench, scene } = story({ folder: FOLDER, settings: { "headrace.run.openDag": false } });

function text(): Promise<string> {
  return workbench.ask(`return vscode.window.activeTextEditor.document.getText()`);
}

async function lineOf(part: string): Promise<{ line: number; column: number }> {
  const before = (await text()).split(part)[0] ?? "";
  const lines = before.split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** Takes the fix at the first place that says this. */
async function fix(part: string, title: string): Promise<void> {
  const { page } = workbench;
  const { line, column } = await lineOf(part);
  await workbench.goTo(line, column);
  await page.locator('.monaco-editor [class*="lightbulb"]:visible').first().waitFor();
  const entry = page.locator(".action-widget .monaco-list-row").filter({ hasText: title });
  await workbench.press("Control+.", entry);
  await entry.click();
  await until(text, (now) => !now.includes(part));
}

/** The entry of the list that comes up while someone types. */
function suggestion(name: string): Locator {
  return workbench.page
    .locator(".suggest-widget.visible .monaco-list-row")
    .filter({ has: workbench.page.locator(".label-name", { hasText: name }) });
}

/** Types at the end of the text, until the list holds the entry. */
async function write(line: string, name: string): Promise<void> {
  const { page } = workbench;
  await workbench.ask(
    `const { document } = vscode.window.activeTextEditor;
     const edit = new vscode.WorkspaceEdit();
     edit.insert(document.uri, new vscode.Position(document.lineCount, 0), argument + "\\n");
     await vscode.workspace.applyEdit(edit);
     const end = new vscode.Position(document.lineCount - 2, argument.length);
     vscode.window.activeTextEditor.selection = new vscode.Selection(end, end);
     vscode.window.activeTextEditor.revealRange(new vscode.Range(end, end));
     await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");`,
    line,
  );
  await insist(async (timeout) => {
    await page.keyboard.press("Control+Space");
    await suggestion(name).first().waitFor({ timeout });
  });
}

test(
  "each mistake is told before a run, and what is wrong with none of it is faded",
  scene(async () => {
    await workbench.openFile(FILE);
    const problems = await until(
      () => workbench.problems(FILE),
      (found) => found.length >= 5,
    );
    const said = problems.join("\n");
    assert.match(said, /^26: What np\.ones makes has no JSON form/m);
    assert.match(said, /^32: A function can’t be recorded as a parameter of order/m);
    assert.match(said, /^29: The pipeline in line 24 is named weighing too/m);
    assert.match(said, /^37: tidy is not imported\. There is a step of this name in tidy/m);
    assert.match(said, /^40: load is called outside of a pipeline/m);
    assert.equal(problems.length, 5, said);
    const faded = await workbench.ask<string[]>(
      `return vscode.languages.getDiagnostics(vscode.window.activeTextEditor.document.uri)
        .filter(({ tags }) => tags?.includes(vscode.DiagnosticTag.Unnecessary))
        .map(({ message, range }) => range.start.line + 1 + ": " + message)`,
    );
    assert.deepEqual(faded, [
      "32: No step takes ordered. What order returns is kept as an artifact all the same.",
    ]);
    await workbench.screenshot("assist-1-problems");
  }),
);

test(
  "fixes mend them one by one, and the pipelines run as they are then",
  scene(async ({ page }) => {
    await fix("weigh(rows, np.ones(3))", "Pass it as an artifact");
    await fix("lambda row: -row", "Make it a function of the module");
    await fix('"weighing")\ndef ordering', "Change the name to weighing_2");
    const { line, column } = await lineOf("tidy(load())");
    await workbench.goTo(line, column);
    await workbench.screenshot("assist-2-fixes");
    const entry = page.locator(".action-widget .monaco-list-row").filter({ hasText: "Import it from tidy" });
    await workbench.press("Control+.", entry);
    await entry.click();
    await until(text, (now) => now.includes("from tidy import tidy"));
    const stray = (await text()).trimEnd().split("\n").length;
    await workbench.goTo(stray, 2);
    const guard = page
      .locator(".action-widget .monaco-list-row")
      .filter({ hasText: "only when this file is run" });
    await workbench.press("Control+.", guard);
    await guard.click();
    await until(text, (now) => now.includes('if __name__ == "__main__":\n    load()'));
    await until(
      () => workbench.problems(FILE),
      (found) => found.length === 0,
    );
    await page.keyboard.press("Control+S");
    await workbench.screenshot("assist-2-mended");
    await workbench.openSideBar();
    for (const name of ["weighing", "weighing_2", "tidying"]) {
      await workbench.runFromSideBar(name);
      await workbench.row(new RegExp(`^${name} #1, completed`)).waitFor({ timeout: 60_000 });
    }
  }),
);

test(
  "names that the store knows are offered with what tells them apart, and stand in the quotes that are there",
  scene(async ({ page }) => {
    await workbench.openFile(FILE);
    await write('Client().get_artifact_version("', "ordered");
    await suggestion("ordered").filter({ hasText: "1 version" }).waitFor();
    await workbench.screenshot("assist-3-artifacts");
    await page.keyboard.type("ord");
    await page.keyboard.press("Enter");
    await until(text, (now) => now.includes('get_artifact_version("ordered'));
    await write('Model("scales", version="', "production");
    await workbench.screenshot("assist-3-versions");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
  }),
);

test(
  "options are offered with what they are for, and said in a hover",
  scene(async ({ page }) => {
    await write("@step(ena", "enable_cache=");
    await workbench.screenshot("assist-4-options");
    await page.keyboard.press("Enter");
    // The values come by themselves.
    await suggestion("False").waitFor();
    await page.keyboard.press("Escape");
    const { line, column } = await lineOf("enable_cache=False");
    await workbench.goTo(line, column + 2);
    const hover = page.locator(".monaco-hover").filter({ hasText: "Whether a result is reused" });
    await insist(async (timeout) => {
      await page.keyboard.press("Control+K");
      await page.keyboard.press("Control+I");
      await hover.waitFor({ timeout });
    });
    await workbench.screenshot("assist-4-hover");
  }),
);
