/** The same story in TypeScript, on a machine without Python: open the example, run it, look at what it made. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { until } from "./patience";
import { story } from "./story";
import { titled } from "./workbench";

const EXAMPLE = path.resolve(import.meta.dirname, "../../examples/typescript");
const FILE = "forecast.ts";
/** The server's own may be without its language service; that of VS Code is the same program. */
const TSDK = path.resolve(import.meta.dirname, "../../node_modules/typescript/lib");
/** Of a language service that starts beside everything else. */
const PATIENCE_MS = 60_000;

const { workbench, scene } = story({
  folder: EXAMPLE,
  settings: { "headrace.python.interpreter": "", "typescript.tsdk": TSDK },
  // The whole file is in sight.
  size: { width: 1400, height: 1750 },
  env: { PATH: path.dirname(process.execPath) },
});

/** What TypeScript says about `headrace`. */
function complaints(): Promise<string[]> {
  return workbench.ask(
    `return vscode.languages.getDiagnostics(vscode.Uri.file(argument))
      .filter((problem) => problem.source !== "Headrace" && problem.message.includes("headrace"))
      .map((problem) => problem.message)`,
    path.join(workbench.folder, FILE),
  );
}

/** All that TypeScript finds wrong. */
function errors(): Promise<string[]> {
  return workbench.ask(
    `return vscode.languages.getDiagnostics(vscode.Uri.file(argument))
      .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error)
      .map(({ message }) => message)`,
    path.join(workbench.folder, FILE),
  );
}

test(
  "the lens is there at once, and the editor learns the types when it is allowed to",
  scene(async () => {
    await workbench.openFile(FILE);
    await until(complaints, (found) => found.length > 0, PATIENCE_MS);
    await workbench.toastButton("Add Types").waitFor();
    await workbench.screenshot("typescript-1-offer");
    assert.equal(
      existsSync(path.join(workbench.folder, "node_modules")),
      false,
      "nothing is written unasked",
    );
    await workbench.answer("Add Types");
    // While TypeScript looks again it complains of nothing: what it knows of a step is the proof.
    const hover = (): Promise<string> =>
      workbench.ask(
        `const document = vscode.window.activeTextEditor.document;
       const at = document.positionAt(document.getText().indexOf("split(load()"));
       const found = await vscode.commands.executeCommand("vscode.executeHoverProvider", document.uri, at);
       return found.flatMap((hover) => hover.contents.map((content) => content.value ?? content)).join("\\n")`,
      );
    await until(hover, (text) => text.includes("Handles<"), PATIENCE_MS);
    assert.deepEqual(await complaints(), []);
    // The types of Node came with them: nothing of the example is underlined.
    await until(errors, (found) => found.length === 0);
    await workbench.clearToasts();
    await workbench.screenshot("typescript-1-types");
  }),
);

test(
  "a click on Run pipeline runs every step without any Python, and the DAG turns green",
  scene(async () => {
    await workbench.lens("Run pipeline").click();
    const dag = await workbench.panel("dag");
    await dag.getByText("completed · 6 of 6 steps").waitFor({ timeout: 60_000 });
    await until(
      () => dag.locator(".node.step.is-completed").count(),
      (count) => count === 6,
    );
    await workbench.lens(/completed/).waitFor();
    await workbench.screenshots("typescript-2-run");
  }),
);

test(
  "an artifact opens with its preview",
  scene(async () => {
    await workbench.openSideBar();
    await workbench.row(/^passengers/).click();
    const artifact = await workbench.panel("artifact", titled("passengers"));
    await artifact.getByText("1949-01").first().waitFor();
    await workbench.screenshot("typescript-3-passengers");
  }),
);
