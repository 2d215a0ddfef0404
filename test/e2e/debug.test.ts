/** Breakpoints in steps are met: in Python by the real debugpy, in TypeScript by the debugger that VS Code brings. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { until } from "./patience";
import { story } from "./story";

const DEBUGGING = path.resolve(import.meta.dirname, "../fixtures/workspaces/debugging");

const { workbench, scene } = story({
  folder: DEBUGGING,
  extensions: ["debugpy"],
  settings: { "headrace.run.openDag": false },
});

interface Stop {
  readonly file: string;
  readonly line: number;
  readonly values: readonly string[];
}

/** Where the debugger stands, with the values of what is in scope there. */
async function stopped(expressions: readonly string[]): Promise<Stop> {
  const stop = await until(
    () =>
      workbench.ask<Stop | null>(
        `const item = vscode.debug.activeStackItem;
         if (item?.frameId === undefined) return null;
         const session = item.session;
         const { stackFrames: [top] } = await session.customRequest("stackTrace", { threadId: item.threadId, levels: 1 });
         const values = await Promise.all(argument.map((expression) =>
           session.customRequest("evaluate", { expression, frameId: top.id, context: "watch" })));
         const file = top.source.path.replace(/^vscode-remote:..[^/]+/, "");
         return { file, line: top.line, values: values.map(({ result }) => result) };`,
        expressions,
      ),
    (found) => found !== null,
    60_000,
  );
  assert.ok(stop);
  return stop;
}

async function goOn(): Promise<void> {
  await workbench.ask(`vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await vscode.commands.executeCommand("workbench.action.debug.continue")`);
  await until(
    () => workbench.ask<boolean>(`return vscode.debug.activeDebugSession === undefined`),
    Boolean,
    60_000,
  );
}

async function breakpointAt(line: number): Promise<void> {
  await workbench.goTo(line);
  await workbench.page.keyboard.press("F9");
  await until(
    () => workbench.ask<number>(`return vscode.debug.breakpoints.length`),
    (count) => count === 1,
  );
}

for (const [file, line, pipeline, expression, value] of [
  ["adding.py", 12, "adding", "total", "10"],
  ["counting.ts", 11, "counting", "total", "10"],
] as const) {
  test(
    `a breakpoint in a step of ${file} is met, and the run completes after it`,
    scene(async () => {
      await workbench.openFile(file);
      await breakpointAt(line);
      await workbench.openSideBar();
      await workbench.menuOf(new RegExp(`^${pipeline}`), "Debug Pipeline");
      const stop = await stopped([expression]);
      assert.equal(stop.line, line);
      assert.equal(stop.file, path.join(workbench.folder, file), "the file itself, not what was made of it");
      assert.deepEqual(stop.values, [value]);
      await workbench.screenshot(`debug-${file}`);
      await goOn();
      await workbench.openSideBar();
      await workbench.row(new RegExp(`^${pipeline} #\\d+, completed`)).waitFor();
      await workbench.clearToasts();
      await workbench.screenshot(`debug-${file}-ended`);
    }),
  );
}
