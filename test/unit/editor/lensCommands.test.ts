import assert from "node:assert/strict";
import { test } from "node:test";
import { LensCommands } from "../../../src/editor/lensCommands";
import type { Command, VSCode } from "../../../src/ui/vscodeTypes";

/** Commands that are registered, by id. */
function world() {
  const registered = new Map<string, () => unknown>();
  const executed: string[] = [];
  const vscode = {
    commands: {
      registerCommand: (id: string, handler: () => unknown) => {
        registered.set(id, handler);
        return { dispose: () => registered.delete(id) };
      },
      executeCommand: (id: string, ...args: unknown[]) => executed.push([id, ...args].join(" ")),
    },
  } as unknown as VSCode;
  const lenses = new LensCommands(vscode);
  const show = (file: string, ...places: readonly string[]): Command[] =>
    lenses.of(
      file,
      places.map((place) => ({ place, command: { title: place, command: "run", arguments: [place] } })),
    );
  const click = (command: Command | undefined): void => void registered.get(command?.command ?? "")?.();
  return { registered, executed, lenses, show, click };
}

test("a place keeps its command, which needs no arguments, however often lenses are asked for", () => {
  const { registered, executed, show, click } = world();
  const [drawnLongAgo] = show("a.py", "fit");
  assert.equal(drawnLongAgo?.arguments, undefined);
  show("a.py", "new", "fit");
  show("a.py", "fit");
  click(drawnLongAgo);
  assert.deepEqual(executed, ["run fit"]);
  assert.equal(registered.size, 2);
});

test("a name that is defined twice has a command of each", () => {
  const { executed, show, click } = world();
  const [first, second] = show("a.py", "fit", "fit");
  assert.notEqual(first?.command, second?.command);
  click(second);
  assert.deepEqual(executed, ["run fit"]);
});

test("of names that were typed once only some are kept, and none that stands", () => {
  const { registered, executed, show, click } = world();
  const [stands] = show("a.py", "load", "f");
  for (let letters = 2; letters < 300; letters++) show("a.py", "load", "f".repeat(letters));
  assert.equal(registered.size, 52);
  click(stands);
  assert.deepEqual(executed, ["run load"]);
});

test("nothing is left of a file that is closed, nor at the end", () => {
  const { registered, lenses, show } = world();
  show("a.py", "fit");
  show("b.py", "fit");
  lenses.forget("a.py");
  assert.equal(registered.size, 1);
  lenses.dispose();
  assert.equal(registered.size, 0);
});
