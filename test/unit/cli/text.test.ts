/** How values are written for people. */
import assert from "node:assert/strict";
import test from "node:test";
import { createTerminal } from "../../../src/cli/terminal";
import type { Terminal } from "../../../src/cli/terminal";
import { ago, bytes, duration, printable, stepOutput, table } from "../../../src/cli/text";

function terminal(colour: boolean): Terminal {
  return createTerminal({ stdout: process.stdout, stderr: process.stderr, colour });
}

test("durations, sizes and ages keep the digits that matter", () => {
  assert.deepEqual([4.4, 999, 1000, 59_900, 61_000, 3_600_000 * 2 + 60_000].map(duration), [
    "4 ms",
    "999 ms",
    "1.0 s",
    "59.9 s",
    "1 min 1 s",
    "2 h 1 min",
  ]);
  assert.deepEqual([0, 999, 1000, 123_456, 5e9].map(bytes), ["0 B", "999 B", "1.0 kB", "123 kB", "5.0 GB"]);
  const now = Date.UTC(2026, 0, 31);
  const times = [0, 61, 7200, 3 * 86_400, 40 * 86_400].map((seconds) => ago(now - seconds * 1000, now));
  assert.deepEqual(times, ["just now", "1 min ago", "2 h ago", "3 d ago", "2025-12-22"]);
});

test("columns are aligned by what is seen, not by the codes of colours", () => {
  const { paint } = terminal(true);
  const lines = table(["A", "B"], [[paint("red", "x"), "1"], ["long", "2"]], terminal(true)); // prettier-ignore
  assert.deepEqual(lines.slice(1), [`${paint("red", "x")}     1`, "long  2"]);
});

test("without colours there are no codes", () => {
  assert.equal(terminal(false).paint("red", "x"), "x");
});

test("control and bidirectional characters of user text are shown, not obeyed", () => {
  assert.equal(printable("a\u001b[2Jb\u202ec\ttab"), "a\\u001b[2Jb\\u202ec\ttab");
});

test("a step's colours are kept where colours are shown, and nothing else of what moves the cursor", () => {
  const line = "\u001b[31mred\u001b[0m \u001b[2Jplain";
  assert.equal(stepOutput(line, terminal(false)), "red plain");
  assert.equal(stepOutput(line, terminal(true)), "\u001b[31mred\u001b[0m plain\u001b[0m");
});
