/** An environment of the user's: Pylance is told of the SDK, the SDK is installed, and a process of its own finds the window. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { until } from "./patience";
import { story } from "./story";

const TUTORIAL = path.resolve(import.meta.dirname, "../../examples/tutorial");
const PYTHON =
  process.env["HEADRACE_TEST_PYTHON"] ?? path.resolve(import.meta.dirname, "../../.venv/bin/python");
const SCRIPT = `
from zenml import pipeline, step

@step
def answer() -> int:
    return 42

@pipeline(name="outside")
def flow():
    answer()

if __name__ == "__main__":
    print(flow().steps["answer"].output.load())
`;

const run = promisify(execFile);
const { workbench, scene } = story(
  {
    folder: TUTORIAL,
    settings: { "headrace.python.interpreter": "./.venv" },
    extensions: ["pylance"],
  },
  async (workbench) => {
    await run(PYTHON, ["-m", "venv", path.join(workbench.folder, ".venv")]);
    await writeFile(path.join(workbench.folder, "outside.py"), SCRIPT);
  },
);

function interpreter(): string {
  const name = process.platform === "win32" ? ".venv/Scripts/python.exe" : ".venv/bin/python";
  return path.join(workbench.folder, name);
}

/** As a scheduler or a notebook's kernel would be started: nothing of the window is inherited. */
async function outside(...args: readonly string[]): Promise<string> {
  const environment = { ...process.env };
  for (const name of ["HEADRACE_ENDPOINT", "PYTHONPATH"]) Reflect.deleteProperty(environment, name);
  const { stdout } = await run(interpreter(), args, { cwd: workbench.folder, env: environment });
  return stdout.trim();
}

function extraPaths(): Promise<string[]> {
  return workbench.ask(
    `return vscode.workspace.getConfiguration("python.analysis", vscode.workspace.workspaceFolders[0].uri).get("extraPaths")`,
  );
}

test(
  "Pylance is told of the SDK when the user agrees",
  scene(async () => {
    await workbench.openFile("training_pipeline.py");
    await workbench.toastButton("Add Path").waitFor();
    const [asked] = await workbench.toasts();
    assert.match(asked ?? "", /Pylance doesn’t know zenml and headrace/);
    await workbench.screenshot("sdk-1-pylance");
    await workbench.answer("Add Path");
    const [sdk = ""] = await until(extraPaths, (paths) => paths.length > 0);
    const packages = await readdir(sdk);
    for (const name of ["zenml", "headrace"]) assert.ok(packages.includes(name), `${name} is in ${sdk}`);
  }),
);

test(
  "in the first terminal of a folder that never ran anything, a script runs its pipeline",
  scene(async () => {
    assert.equal((await readdir(workbench.folder)).includes(".headrace"), false, "looking leaves no trace");
    const said = path.join(workbench.folder, "said.txt");
    await workbench.ask(
      `const terminal = vscode.window.createTerminal("scripts");
     terminal.show();
     terminal.sendText(argument)`,
      `"${interpreter()}" outside.py > "${said}"`,
    );
    await until(
      () => readFile(said, "utf8").catch(() => ""),
      (text) => text.trim() === "42",
      30_000,
    );
    await workbench.openSideBar();
    await workbench.row(/^outside/).waitFor();
    await workbench.screenshot("sdk-2-terminal");
  }),
);

test(
  "the command installs the SDK, and a process that inherits nothing runs in the window",
  scene(async () => {
    await assert.rejects(outside("-c", "import zenml"), /No module named 'zenml'/);
    await workbench.command("Headrace: Install Python SDK into Environment");
    const said = await workbench.told("can import zenml and headrace now");
    assert.ok(said.join("\n").includes(path.join(workbench.folder, ".venv")), said.join("\n"));
    await workbench.screenshot("sdk-3-installed");
    assert.equal(await outside("outside.py"), "42");
    const runs = await outside(
      "-c",
      "from zenml.client import Client; print(len(Client().get_pipeline('outside').runs))",
    );
    assert.equal(runs, "2");
  }),
);
