/** The lens provider on a long file: at rest, and at once after each key that is typed. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { TextDocument } from "vscode";
import { EditorContext } from "../../src/editor/editorContext";
import { LastRuns } from "../../src/editor/lastRuns";
import { Lenses } from "../../src/editor/lenses";
import { createWorld } from "../mock/world";
import { median, type Bench } from "./bench";

const LINES = 2000;
const KEYS = 200;

function longFile(): string {
  const blocks = ["from zenml import pipeline, step\n"];
  for (let at = 0; blocks.join("\n").split("\n").length < LINES; at += 1) {
    blocks.push(
      `\n@step\ndef load_${at}(rows: int = 10) -> list:\n    return [row * 2 for row in range(rows) if row % 3]\n`,
      `\n@step\ndef train_${at}(data: list) -> float:\n    total = sum(data)\n    return total / max(len(data), 1)\n`,
      `\n@pipeline\ndef training_${at}():\n    data = load_${at}()\n    score = train_${at}(data)\n`,
    );
  }
  return blocks.join("\n");
}

export const lens: Bench = {
  name: "lens",
  async run() {
    const world = await createWorld();
    try {
      const { mock, engines, discovery } = world;
      const text = longFile();
      const file = path.join(world.folder, "long.py");
      await writeFile(file, text);
      const lenses = new Lenses(mock.api, engines, discovery, new LastRuns(engines), () => true);
      const context = new EditorContext(mock.api, engines, discovery);
      const document = mock.open(file, text);
      await discovery.read({ file, version: document.version, text: () => text });
      const provide = (): number => {
        const started = performance.now();
        const found = lenses.provideCodeLenses(document as unknown as TextDocument);
        if (found.length < LINES / 5) throw new Error(`Only ${found.length} lenses were found.`);
        return performance.now() - started;
      };
      const times: number[] = [];
      for (let key = 0; key < KEYS; key += 1) {
        mock.type(document, "import pipeline", key % 2 === 0 ? "import pipeline " : "import pipeline\n");
        times.push(provide());
        // Typing rests now and then, so that the text is read anew in between.
        await new Promise((resolve) => setTimeout(resolve, key % 20 === 0 ? 200 : 0));
      }
      context.dispose();
      lenses.dispose();
      const slowest = Math.max(...times);
      return [
        {
          what: "lens provider on a 2,000-line file, right after a key",
          measured: median(times),
          unit: "ms",
          budget: 5,
          note: `${KEYS} keys, slowest ${slowest.toFixed(1)} ms`,
        },
      ];
    } finally {
      await world.close();
    }
  },
};
