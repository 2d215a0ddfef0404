/** What goes wrong is said once, in words that help; nothing is lost, and what is right runs all the same. */
import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { until } from "./patience";
import { story } from "./story";

/** What a run of `raises` says. */
const FAILED = /raises failed in step divide.*ZeroDivisionError/s;
const TROUBLES = path.resolve(import.meta.dirname, "../fixtures/workspaces/troubles");

const { workbench, scene } = story({ folder: TROUBLES });

/** Opens the file, clicks Run pipeline, and waits for the one message that must come. */
async function runsInto(name: string, message: RegExp): Promise<void> {
  await workbench.clearToasts();
  await workbench.closeEditors();
  await workbench.openFile(`${name}.py`);
  await workbench.lens("Run pipeline").click();
  const texts = await workbench.told(message);
  await workbench.screenshot(`trouble-${name}`);
  assert.equal(texts.length, 1, texts.join("\n"));
}

interface Trouble {
  readonly file: string;
  readonly what: string;
  readonly message: RegExp;
  /** `line: message`, when it is underlined. */
  readonly problem?: RegExp;
  readonly action?: string;
}

const troubles: readonly Trouble[] = [
  {
    file: "broken_syntax",
    what: "a syntax error",
    message: /never closed/,
    problem: /^14: /,
    action: "Go to Error",
  },
  {
    file: "broken_import",
    what: "an exception while importing",
    message: /KeyError.*folder/,
    problem: /^4: /,
    action: "Go to Error",
  },
  {
    file: "missing_package",
    what: "a package that the interpreter lacks",
    message: /at \S+python has no module a_package_nobody_has/,
    problem: /^1: /,
    action: "Select Interpreter",
  },
  { file: "no_steps", what: "a pipeline without steps", message: /no steps/i },
  { file: "in_a_circle", what: "a cycle through after", message: /first.*second/ },
  { file: "wrong_unpacking", what: "unpacking the wrong number", message: /3.*2|2.*3/, problem: /^11: / },
  {
    file: "wrong_type",
    what: "a step that returns the wrong type",
    message: /count.*str.*int|count.*int.*str/s,
    problem: /^\d+: /,
  },
  { file: "exits", what: "a step that leaves with os._exit", message: /leave.*3/s },
  { file: "killed", what: "a step whose process is killed", message: /die.*(SIGKILL|killed)/is },
];

for (const { file, what, message, problem, action } of troubles) {
  test(
    `${what} is told`,
    scene(async () => {
      await runsInto(file, message);
      if (problem !== undefined)
        await until(
          () => workbench.problems(`${file}.py`),
          (found) => found.some((text) => problem.test(text)),
        );
      if (action !== undefined) await workbench.toastButton(action).waitFor();
    }),
  );
}

test(
  "a failing step is underlined; the DAG shows it, and what was skipped for it",
  scene(async () => {
    await runsInto("raises", FAILED);
    const dag = await workbench.panel("dag");
    await dag.locator('.is-failed[data-id="step:divide"]').waitFor();
    await dag.locator(".node.step.is-skipped").filter({ hasText: "report" }).waitFor();
    await dag.locator(".node.step.is-completed").filter({ hasText: "count" }).waitFor();
    await until(
      () => workbench.problems("raises.py"),
      (problems) => /^12: ZeroDivisionError: division by zero/.test(problems.join()),
    );
    await workbench.clearToasts();
    await workbench.screenshot("trouble-raises-dag");
    await dag.locator('[data-id="step:divide"]').click();
    await dag.getByRole("button", { name: "Open Log" }).waitFor();
    await workbench.screenshot("trouble-raises-details");
  }),
);

test(
  "its log opens from the message, and holds what it printed",
  scene(async ({ page }) => {
    await runsInto("raises", FAILED);
    await workbench.answer("Open Log");
    await page.locator(".view-line").filter({ hasText: "dividing" }).waitFor();
    await workbench.screenshot("trouble-raises-log");
  }),
);

test(
  "a step that never ends is cancelled from the side bar, and from the status bar",
  scene(async ({ page }) => {
    await workbench.clearToasts();
    await workbench.closeEditors();
    await workbench.openFile("never_ends.py");
    await workbench.openSideBar();
    await workbench.lens("Run pipeline").click();
    await workbench.row(/^never_ends #1.*0 of 1/).hover();
    await workbench.screenshot("trouble-never-ends");
    await workbench.rowButton(/^never_ends #1.*0 of 1/, /Cancel/);
    await workbench.row(/^never_ends #1, cancelled/).waitFor();
    await workbench.lens("Run pipeline").click();
    await workbench.row(/^never_ends #2.*0 of 1/).waitFor();
    await page.locator(".statusbar-item").filter({ hasText: "0/1" }).click();
    await workbench.pick("Cancel Run").click();
    await workbench.row(/^never_ends #2, cancelled/).waitFor();
    await workbench.screenshot("trouble-never-ends-cancelled");
  }),
);

async function useInterpreter(python: string): Promise<void> {
  await workbench.ask(
    `await vscode.workspace.getConfiguration("headrace")
      .update("python.interpreter", argument, vscode.ConfigurationTarget.Workspace)`,
    python === "" ? undefined : python,
  );
}

test(
  "an interpreter that is not there is named, and another one offered",
  scene(async () => {
    await useInterpreter("/nowhere/python");
    await runsInto("good", /\/nowhere\/python/);
    await workbench.toastButton("Select Interpreter").waitFor();
  }),
);

test(
  "an interpreter that is too old is named with its version",
  scene(async () => {
    const old = path.join(workbench.folder, "old-python");
    await writeFile(
      old,
      `#!/bin/sh\necho '{"version": "3.6.15", "executable": "old-python", "prefix": "/"}'\n`,
    );
    await chmod(old, 0o755);
    await useInterpreter(old);
    await runsInto("good", /old-python.*3\.6|3\.6.*old-python/s);
  }),
);

test(
  "a store that can't be written is told, and runs again once it can",
  scene(async () => {
    await useInterpreter("");
    await workbench.ask(
      `await vscode.workspace.getConfiguration("headrace")
      .update("store.location", "good.py/store", vscode.ConfigurationTarget.Workspace)`,
    );
    await workbench.reload();
    await runsInto("good", /good\.py/);
    await workbench.ask(
      `await vscode.workspace.getConfiguration("headrace")
      .update("store.location", undefined, vscode.ConfigurationTarget.Workspace)`,
    );
  }),
);

test(
  "after all that, a good pipeline runs, and nothing of before is lost",
  scene(async () => {
    await workbench.reload();
    await workbench.clearToasts();
    await workbench.closeEditors();
    await workbench.openFile("good.py");
    await workbench.lens("Run pipeline").click();
    await workbench.lens(/completed/).waitFor();
    await workbench.openSideBar();
    await workbench.row(/^never_ends #2, cancelled/).waitFor();
    await workbench.row(/^raises #1, failed/).waitFor();
    assert.deepEqual(await workbench.toasts(), []);
    await workbench.screenshot("trouble-after-all");
  }),
);
