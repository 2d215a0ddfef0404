/** What can be done with runs: looked at, run again in every way, compared, noted, filtered, deleted. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { Frame } from "playwright-core";
import { insist, until } from "./patience";
import { story } from "./story";
import { titled } from "./workbench";

const TRAINING = path.resolve(import.meta.dirname, "../fixtures/workspaces/training");

const { workbench, scene } = story({ folder: TRAINING, settings: { "headrace.run.openDag": false } });

/** Opens the page of a run by the button of its row. */
async function openPage(run: string): Promise<Frame> {
  await workbench.rowButton(new RegExp(`^${run}, `), "Open Run");
  return workbench.panel("run", titled(run));
}

/** Waits until the page of a run shows its steps in these states. */
async function showsSteps(page: Frame, states: RegExp): Promise<void> {
  await until(
    async () => {
      const rows = await page.locator(".steps-body [role=row]").allInnerTexts();
      return rows.map((text) => text.split("\n").slice(0, 2).join(" ")).join("\n");
    },
    (shown) => states.test(shown),
  );
}

/** An entry behind the three dots of a view. */
async function viewMenu(view: string, entry: string): Promise<void> {
  const pane = workbench.page.locator(".pane", {
    has: workbench.page.getByRole("button", { name: `${view} Section` }),
  });
  await insist(async (timeout) => {
    await pane.locator(".pane-header").hover({ timeout });
    await pane.getByRole("button", { name: "More Actions" }).click({ timeout });
    await workbench.menuItem(entry).waitFor({ timeout });
  });
  await workbench.menu(entry);
}

test(
  "a run's page opens from the side bar",
  scene(async () => {
    await workbench.openSideBar();
    await workbench.runFromSideBar("training");
    await workbench.row(/^training #1, completed/).waitFor({ timeout: 60_000 });
    const page = await openPage("training #1");
    await showsSteps(page, /^load completed.*\nfit completed.*\ncheck completed.*\nreport completed/);
    await workbench.screenshot("runs-1-page");
  }),
);

test(
  "Run Again on the page takes every step from the cache",
  scene(async () => {
    const page = await workbench.panel("run");
    await page.getByRole("button", { name: "Run Again", exact: true }).click();
    await workbench.row(/^training #2, completed/).waitFor();
    const again = await openPage("training #2");
    await showsSteps(again, /^load cached.*\nfit cached.*\ncheck cached.*\nreport cached/);
    await workbench.screenshot("runs-2-again");
  }),
);

test(
  "it runs with other parameters, each asked with what fits its annotation",
  scene(async ({ page }) => {
    const run = await workbench.panel("run");
    await run.getByRole("button", { name: "Run with Other Parameters" }).first().click();
    await workbench.question("Choose a value to change, or run");
    await workbench.screenshot("runs-3-parameters");
    await workbench.pick("optimizer").click();
    await workbench.question("Literal");
    await workbench.pick("momentum").click();
    await workbench.question("Choose a value to change, or run");
    await workbench.pick("tolerance").click();
    await workbench.question("Press 'Enter' to confirm");
    await workbench.type("little");
    await workbench.question("A number is wanted");
    await workbench.screenshot("runs-3-number");
    await workbench.type("0.1");
    await page.keyboard.press("Enter");
    await workbench.question("Choose a value to change, or run");
    await workbench.screenshot("runs-3-chosen");
    await workbench.pick("Run with these values").click();
    await workbench.row(/^training #3, failed/).waitFor();
    await workbench.told(/training failed in step check. ValueError/);
    await workbench.clearToasts();
  }),
);

test(
  "what was entered is there the next time, and a run's own values where one starts from it",
  scene(async ({ page }) => {
    await workbench.menuOf(/^training failed/, "Run Pipeline with Parameters");
    await workbench.question("Choose a value to change, or run");
    await workbench.pick(/optimizer.*"momentum"/).waitFor();
    await page.keyboard.press("Escape");
    await workbench.menuOf(/^training #1, /, "Run Pipeline with Parameters");
    await workbench.question("Choose a value to change, or run");
    await workbench.pick(/optimizer.*"plain"/).waitFor();
    await page.keyboard.press("Escape");
  }),
);

test(
  "once the code is mended, the failed steps run again, on what the others had made",
  scene(async () => {
    const file = path.join(workbench.folder, "training.py");
    const failed = await openPage("training #3");
    await showsSteps(failed, /^load cached.*\nfit completed.*\ncheck failed.*\nreport not run/);
    await failed.getByText("training.py:29").first().waitFor();
    await workbench.screenshot("runs-4-failed");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("error > tolerance", "error > 10 * tolerance"));
    await failed.getByRole("button", { name: "Run Failed Steps Again" }).click();
    await workbench.row(/^training #4, completed/).waitFor();
    const again = await openPage("training #4");
    await showsSteps(again, /^load cached.*\nfit cached.*\ncheck completed.*\nreport completed/);
  }),
);

test(
  "a run is repeated from one of its steps, and in one step only",
  scene(async () => {
    const twistie = workbench.row(/^training #4, /).locator(".monaco-tl-twistie");
    await twistie.click();
    await workbench.menuOf(/^Step check, completed/, "Run Again from This Step");
    await workbench.row(/^training #5, completed/).waitFor();
    const from = await openPage("training #5");
    await showsSteps(from, /^load cached.*\nfit cached.*\ncheck completed.*\nreport completed/);
    await workbench.menuOf(/^Step check, completed/, "Run Only This Step Again");
    await workbench.row(/^training #6, completed/).waitFor();
    const only = await openPage("training #6");
    await showsSteps(only, /^load cached.*\nfit cached.*\ncheck completed.*\nreport cached/);
    await workbench.screenshot("runs-5-only");
    await twistie.click();
  }),
);

test(
  "two runs, then three, are compared from the side bar",
  scene(async () => {
    await workbench.row(/^training #1, /).click();
    await workbench.row(/^training #3, /).click({ modifiers: ["Control"] });
    await workbench.menuOf(/^training #3, /, "Compare Runs");
    const two = await workbench.panel("compare", titled("2 runs compared"));
    await two.getByRole("row", { name: /optimizer plain momentum/ }).waitFor();
    await workbench.row(/^training #4, /).click({ modifiers: ["Control"] });
    await workbench.menuOf(/^training #4, /, "Compare Runs");
    const three = await workbench.panel("compare", titled("3 runs compared"));
    await three.getByRole("row", { name: /optimizer plain momentum momentum/ }).waitFor();
    await workbench.screenshot("runs-6-compared");
    await three.getByRole("button", { name: "Export CSV" }).click();
    await workbench.page.locator(".view-line").filter({ hasText: "optimizer" }).first().waitFor();
  }),
);

test(
  "a function that changed between two runs is shown in VS Code's editor for changes",
  scene(async ({ page }) => {
    await page.getByRole("tab", { name: /3 runs compared/ }).click();
    const three = await workbench.panel("compare", titled("3 runs compared"));
    await three.getByRole("button", { name: /Show what changed in training.check/ }).click();
    const change = page.locator(".monaco-diff-editor");
    await change.locator(".modified .view-line", { hasText: "10 * tolerance" }).waitFor();
    await page.getByRole("tab", { name: /training\.check: training #1 ↔ training #4/ }).waitFor();
    await workbench.screenshot("runs-6-change");
  }),
);

test(
  "another run joins the comparison from its page",
  scene(async ({ page }) => {
    await page.getByRole("tab", { name: /3 runs compared/ }).click();
    const three = await workbench.panel("compare", titled("3 runs compared"));
    await three.getByRole("button", { name: "Choose Runs…" }).click();
    await workbench.question("Two or more runs");
    await workbench.pick("training #2").click();
    await workbench.screenshot("runs-6-choose");
    await page.keyboard.press("Enter");
    const four = await workbench.panel("compare", titled("4 runs compared"));
    await four.getByRole("button", { name: "Leave Out training #2" }).click();
    await workbench.panel("compare", titled("3 runs compared"));
  }),
);

test(
  "a note stands in the list, and is taken back",
  scene(async ({ page }) => {
    await workbench.row(/^training #3, /).click();
    await workbench.menuOf(/^training #3, /, "Edit Note");
    await workbench.question("A note on this run");
    await workbench.type("needs more rows");
    await page.keyboard.press("Enter");
    await workbench.row(/^training #3, failed, needs more rows/).waitFor();
    assert.deepEqual(await workbench.told("The note of training #3 was changed."), [
      "The note of training #3 was changed.",
    ]);
    await workbench.screenshot("runs-7-note");
    await workbench.answer("Undo");
    await workbench.row(/^training #3, failed, (?!needs)/).waitFor();
  }),
);

test(
  "a filter stays after a reload, and the activity bar says that something runs",
  scene(async ({ page }) => {
    await page.getByRole("button", { name: "Runs Section" }).hover();
    await page.getByRole("button", { name: "Filter Runs…" }).click();
    await workbench.question("@failed");
    await workbench.type("@failed");
    await page.keyboard.press("Enter");
    await workbench.row(/^training #4, /).waitFor({ state: "detached" });
    await workbench.reload();
    await workbench.openSideBar();
    await workbench.row(/^training #3, failed/).waitFor();
    await page.getByText("Filtered by “@failed”").waitFor();
    assert.equal(await workbench.row(/^training #4, /).count(), 0);
    await workbench.screenshot("runs-8-filtered");
    await page.getByRole("button", { name: "Runs Section" }).hover();
    await page.getByRole("button", { name: "Show All Runs" }).click();
    await workbench.row(/^training #4, /).waitFor();
    await workbench.runFromSideBar("waiting");
    await workbench.row(/^waiting #1, running/).waitFor();
    const badge = page
      .locator(".activitybar")
      .getByRole("tab", { name: /^Headrace/ })
      .locator(".badge");
    await badge.waitFor();
    await page.getByRole("button", { name: /wait 0\/1/ }).waitFor();
    await workbench.screenshot("runs-8-badge");
    await writeFile(path.join(workbench.folder, "go"), "");
    await workbench.row(/^waiting #1, completed/).waitFor();
    await badge.waitFor({ state: "hidden" });
  }),
);

test(
  "deleting a run says what goes and what stays, and can be left",
  scene(async () => {
    await workbench.menuOf(/^training #6, /, "Delete Run");
    await workbench.dialog().waitFor();
    const said = await workbench.dialog().innerText();
    assert.match(said, /Delete the run training #6\?/);
    assert.match(
      said,
      /This will be deleted: 1 run\.\s+The artifacts that were made stay\.\s+This can’t be undone\./,
    );
    await workbench.screenshot("runs-9-delete");
    await workbench.dialogButton("Cancel").click();
    await workbench.menuOf(/^training #6, /, "Delete Run");
    await workbench.dialogButton("Delete").click();
    await workbench.row(/^training #6, /).waitFor({ state: "detached" });
  }),
);

test(
  "failed and scratch runs are purged after a question",
  scene(async () => {
    await viewMenu("Runs", "Purge Runs");
    await workbench.question("Which runs?");
    await workbench.screenshot("runs-9-purge");
    await workbench.pick("1 run that did not complete").click();
    await workbench.dialog().getByText("Delete the one run that did not complete?").waitFor();
    await workbench.dialogButton("Delete").click();
    await workbench.row(/^training #3, /).waitFor({ state: "detached" });
    await workbench.row(/^training #4, completed/).waitFor();
    assert.deepEqual(await workbench.toasts(), []);
    await viewMenu("Runs", "Purge Runs");
    await workbench.dialog().getByText("Delete the 3 scratch runs?").waitFor();
    await workbench.dialogButton("Delete").click();
    await workbench.row(/^training #4, /).waitFor({ state: "detached" });
    await workbench.row(/^training #5, completed/).waitFor();
    await workbench.screenshot("runs-9-purged");
  }),
);

const cleaning = (limit: string, total: string): string => `from zenml import pipeline, step
from tidying import ${limit}, scale


@step
def clean(rows: int) -> list:
    return [${limit}(scale(row)) for row in range(rows)]


@step
def total(rows: list) -> float:
    return ${total}


@pipeline
def cleaning():
    total(clean(5))
`;

const tidying = (factor: number, limit: string): string => `FACTOR = ${factor}


def scale(value):
    return FACTOR * value


def ${limit}(value):
    return min(value, 6)
`;

test(
  "what became of several functions of two files is shown at once in VS Code's editor for many changes",
  scene(async ({ page }) => {
    const runOf = async (files: Readonly<Record<string, string>>, name: RegExp): Promise<void> => {
      for (const [file, text] of Object.entries(files))
        await writeFile(path.join(workbench.folder, file), text);
      await workbench.ask(
        `await vscode.commands.executeCommand("headrace.runPipeline", { kind: "pipeline", workspace: argument,
         name: "cleaning", file: argument + "/cleaning.py", functionName: "cleaning" })`,
        workbench.folder,
      );
      await workbench.row(name).waitFor();
    };
    await runOf(
      { "tidying.py": tidying(2, "clip"), "cleaning.py": cleaning("clip", "float(sum(rows))") },
      /^cleaning #1, completed/,
    );
    await runOf(
      { "tidying.py": tidying(3, "cap"), "cleaning.py": cleaning("cap", "sum(rows) / len(rows)") },
      /^cleaning #2, completed/,
    );
    await workbench.row(/^cleaning #1, /).click();
    await workbench.row(/^cleaning #2, /).click({ modifiers: ["Control"] });
    await workbench.menuOf(/^cleaning #2, /, "Compare Runs");
    const two = await workbench.panel("compare", (frame) =>
      frame.getByRole("row", { name: /tidying\.clip/ }),
    );
    await two.getByText("Show All Changes").click();
    await page.getByRole("tab", { name: /All changes of the code: cleaning #1 ↔ cleaning #2/ }).waitFor();
    const changes = page.locator(".multiDiffEditor");
    for (const name of ["cleaning.clean", "cleaning.total", "tidying.FACTOR", "tidying.cap", "tidying.clip"])
      await changes.locator(".multiDiffEntry").filter({ hasText: name }).first().waitFor();
    for (const text of [
      "FACTOR = 2",
      "FACTOR = 3",
      "def clip(value)",
      "def cap(value)",
      "sum(rows) / len(rows)",
    ])
      await changes.locator(".view-line").filter({ hasText: text }).first().waitFor();
    await workbench.screenshot("runs-6-all-changes");
  }),
);
