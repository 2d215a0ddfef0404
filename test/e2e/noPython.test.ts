/** A machine without any Python: everything can be looked at, and a click says what is missing and offers the way out. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { story } from "./story";

/** All that VS Code's server itself needs of a PATH. */
const programs = mkdtempSync(path.join(tmpdir(), "headrace-programs-"));
for (const program of ["/bin/sh", "/bin/bash", process.execPath])
  symlinkSync(program, path.join(programs, path.basename(program)));

/** VS Code asks the user's shell for its PATH. */
const silentShell = path.join(programs, "silent");
writeFileSync(silentShell, "#!/bin/sh\nexit 1\n", { mode: 0o755 });

const { workbench, scene } = story({
  folder: path.resolve(import.meta.dirname, "../fixtures/workspaces/troubles"),
  env: { PATH: programs, HEADRACE_PYTHON: "", SHELL: silentShell },
  settings: { "headrace.python.interpreter": "" },
});

after(() => {
  rmSync(programs, { recursive: true });
});

test(
  "pipelines are listed, and the graph is drawn from the source",
  scene(async () => {
    await workbench.openFile("raises.py");
    await workbench.openSideBar();
    await workbench.row(/^good/).waitFor();
    await workbench.lens("Show DAG").click();
    const dag = await workbench.panel("dag");
    await dag.locator(".node.step").filter({ hasText: "divide" }).waitFor();
  }),
);

test(
  "a click on Run pipeline says that there is no Python, and offers to choose one",
  scene(async () => {
    await workbench.openFile("good.py");
    await workbench.lens("Run pipeline").click();
    await workbench.told(/No Python/);
    await workbench.toastButton("Select Interpreter").waitFor();
    await workbench.screenshot("no-python");
  }),
);
