import assert from "node:assert/strict";
import { test } from "node:test";
import { languageOf } from "../../../src/core/languages";

test("a file's language is told by its name alone", () => {
  const named = ["a.py", "A.PY", "a.ts", "a.mts", "a.cts", "a.js", "a.mjs", "a.cjs"];
  assert.deepEqual(
    named.map((name) => languageOf(name)),
    ["python", "python", ...Array.from({ length: 6 }, () => "node")],
  );
});

test("declarations, notebooks and folders named like files hold no pipelines", () => {
  for (const name of ["a.d.ts", "a.d.mts", "a.pyi", "a.ipynb", "a.tsx", "py", "a.py.txt", "a.json"])
    assert.equal(languageOf(name), null, name);
});
