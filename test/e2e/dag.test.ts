/** The DAG as a person watches it: from the plan through a live run to its record, with failures, cancelling and menus. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { Frame, Locator } from "playwright-core";
import { until } from "./patience";
import { story } from "./story";

const { workbench, scene } = story({ folder: path.resolve(import.meta.dirname, "dag") });

async function node(dag: Frame, name: string, status: string): Promise<void> {
  await dag.locator(`.node.step.is-${status}`).filter({ hasText: name }).waitFor();
}

async function runSlow(): Promise<Frame> {
  await workbench.ask(
    `void vscode.commands.executeCommand("headrace.runPipeline", { kind: "pipeline", workspace: argument,
     name: "slow", file: argument + "/pipelines.py", functionName: "slow" })`,
    workbench.folder,
  );
  return workbench.panel("dag");
}

function release(file: string): Promise<void> {
  return writeFile(path.join(workbench.folder, file), "");
}

test(
  "before any run the graph comes from the source, loops and conditions marked",
  scene(async () => {
    await workbench.openFile("pipelines.py");
    await workbench.lens("Run pipeline").waitFor();
    await workbench.ask(
      `await vscode.commands.executeCommand("headrace.showDag", { kind: "pipeline", workspace: argument,
       name: "branching", file: argument + "/pipelines.py", functionName: "branching" })`,
      workbench.folder,
    );
    const dag = await workbench.panel("dag");
    await dag.locator(".node.step").filter({ hasText: "in a loop" }).waitFor();
    await dag.locator(".node.step").filter({ hasText: "under a condition" }).waitFor();
    await workbench.screenshot("dag-1-source");
    await workbench.ask(`await vscode.commands.executeCommand("workbench.action.closeActiveEditor")`);
  }),
);

test(
  "a run is followed live, with its log",
  scene(async () => {
    const dag = await runSlow();
    await node(dag, "watched", "running");
    await dag.locator(".node.step").filter({ hasText: "watched" }).click();
    await dag.locator(".log").getByText("watched has begun").waitFor();
    await workbench.screenshot("dag-2-live");
    await release("go-on");
    await dag.locator(".log").getByText("watched goes on").waitFor();
    await node(dag, "summarize", "running");
    await workbench.screenshot("dag-2-next");
    await release("finish");
    await node(dag, "summarize", "completed");
    await dag.getByText("completed · 3 of 3 steps").waitFor();
    await dag
      .locator('vscode-option[aria-selected="true"]', { hasText: "Run 1, completed" })
      .waitFor({ state: "attached" });
    await workbench.screenshot("dag-2-completed");
  }),
);

test(
  "a step's menu is VS Code's own, by pointer and by keyboard",
  scene(async () => {
    const dag = await workbench.panel("dag");
    await dag.locator(".node.step").filter({ hasText: "watched" }).click({ button: "right" });
    const entries = [
      "Run Again from This Step",
      "Run Only This Step Again",
      "Open Log",
      "Go to Source",
      "Copy Step Id",
      "Invalidate Cache",
    ];
    for (const name of entries) await workbench.menuItem(name).waitFor();
    await workbench.screenshot("dag-4-menu");
    await workbench.menu("Copy Step Id");
    await until(
      () => workbench.ask<string>(`return vscode.env.clipboard.readText()`),
      (text) => /^[0-9a-f-]{36}$/.test(text),
    );
    // The details of the step may lie over what it made.
    await dag.getByRole("button", { name: "Close" }).click();
    await dag.locator(".drawer").waitFor({ state: "hidden" });
    await dag.locator(".node.pill").filter({ hasText: "scaled" }).click({ button: "right" });
    await workbench.menuItem("Link Artifact to Model").waitFor();
    await workbench.leaveMenu();
    await workbench.press(
      "Shift+F10",
      workbench.menuItem(/^Copy (Step|Artifact) Id/),
      dag.locator('[role="treeitem"][tabindex="0"]'),
    );
    await workbench.screenshot("dag-4-menu-keyboard");
    await workbench.leaveMenu();
  }),
);

test(
  "groups and filters are in the toolbar's menu",
  scene(async ({ page }) => {
    const dag = await workbench.panel("dag");
    await dag.getByRole("button", { name: "View and Export" }).click();
    await dag.getByRole("menuitemradio", { name: "By Module" }).waitFor();
    await workbench.screenshot("dag-5-view");
    await dag.getByRole("menuitemradio", { name: "By Module" }).click();
    await dag.locator(".node.fold-step").filter({ hasText: "pipelines ×3" }).waitFor();
    await dag.getByRole("button", { name: "View and Export" }).click();
    await dag.getByRole("menuitemradio", { name: "Not at All" }).click();
    await dag.locator(".node.step").filter({ hasText: "watched" }).waitFor();
    const search = dag.locator("input:focus");
    await workbench.press("/", search, dag.locator('[role="treeitem"][tabindex="0"]'));
    await page.keyboard.type("watched");
    await dag.getByText("1 of 1").waitFor();
    await workbench.screenshot("dag-5-search");
    await page.keyboard.press("Escape");
  }),
);

test(
  "the cursor in a step's function marks its node, and the editor the function of a selected one",
  scene(async ({ page }) => {
    const dag = await workbench.panel("dag");
    await page.keyboard.press("Control+1");
    const source = await readFile(path.join(workbench.folder, "pipelines.py"), "utf8");
    await workbench.goTo(source.split("\n").findIndex((line) => line.startsWith("def watched")) + 2);
    await dag.locator(".node.step.pointed").filter({ hasText: "watched" }).waitFor();
    await workbench.screenshot("dag-6-cursor");
    await dag.locator(".node.step").filter({ hasText: "summarize" }).click();
    await page.locator(".view-line").filter({ hasText: "def summarize" }).waitFor();
    await dag.getByRole("button", { name: "Close" }).click();
  }),
);

test(
  "another run of it lies over the graph, and the graph goes to the clipboard",
  scene(async () => {
    const dag = await runSlow();
    await dag
      .locator('vscode-option[aria-selected="true"]', { hasText: "Run 2, completed" })
      .waitFor({ state: "attached" });
    const choose = async (role: "menuitem" | "menuitemradio", name: string): Promise<void> => {
      await dag.getByRole("button", { name: "View and Export" }).click();
      await dag.getByRole(role, { name }).click();
    };
    await choose("menuitemradio", "Run 1, completed");
    await dag.getByText(/Against run 1: .* no artifact differs/).waitFor();
    await workbench.screenshot("dag-7-compared");
    await choose("menuitem", "Copy as Mermaid");
    await until(
      () => workbench.ask<string>(`return vscode.env.clipboard.readText()`),
      (text) => text.startsWith("flowchart TB") && text.includes("watched"),
    );
    await dag.getByRole("button", { name: "Stop Comparing" }).click();
    await dag.getByRole("button", { name: "Stop Comparing" }).waitFor({ state: "detached" });
  }),
);

test(
  "a failed run says where and why, and what was not reached",
  scene(async () => {
    await workbench.ask(
      `void vscode.commands.executeCommand("headrace.runPipeline", { kind: "pipeline", workspace: argument,
       name: "fragile", file: argument + "/pipelines.py", functionName: "fragile" })`,
      workbench.folder,
    );
    const step = (page: Frame): Locator => page.locator(".node.step").filter({ hasText: "break_down" });
    const dag = await workbench.panel("dag", step);
    await node(dag, "break_down", "failed");
    await node(dag, "report", "skipped");
    await dag.locator(".node.step.is-failed").filter({ hasText: "break_down" }).click();
    await dag.locator(".drawer .problem").waitFor();
    for (const theme of ["light", "high-contrast", "high-contrast-light", "dark"] as const) {
      await workbench.theme(theme);
      await workbench.screenshot(`dag-3-failed-${theme}`);
    }
    await workbench.page.setViewportSize({ width: 600, height: 900 });
    await workbench.screenshot("dag-3-failed-600");
    await workbench.page.setViewportSize({ width: 1400, height: 900 });
  }),
);
