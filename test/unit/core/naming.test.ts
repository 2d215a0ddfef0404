import assert from "node:assert/strict";
import { test } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import {
  checkedName,
  defaultArtifactName,
  fillTemplate,
  runName,
  substitutionsAt,
} from "../../../src/core/naming";

const start = Date.UTC(2025, 0, 31, 12, 5, 9, 123);
const withType = (pythonType: string) => (error: unknown) =>
  HeadraceError.is(error) && error.pythonType === pythonType;

test("date and time are those of the start in UTC, and may be overridden, the last one winning", () => {
  assert.deepEqual(substitutionsAt(start), { date: "2025_01_31", time: "12_05_09_123000" });
  assert.deepEqual(substitutionsAt(start, { date: "x", a: "1" }, { a: "2" }), {
    date: "x",
    time: "12_05_09_123000",
    a: "2",
  });
});

test("placeholders are filled, doubled braces are single ones, other braces are text", () => {
  assert.equal(fillTemplate("{a}-{b}", { a: "1", b: "2" }), "1-2");
  assert.equal(fillTemplate("{{a}} {} {a b} {", { a: "1" }), "{a} {} {a b} {");
  assert.equal(fillTemplate("{a}", { a: "{a}" }), "{a}", "what was filled in is not filled again");
});

test("an unknown placeholder is a KeyError, in a run's name a ValueError", () => {
  assert.throws(() => fillTemplate("{toString}", {}), withType("KeyError"));
  assert.throws(() => runName("p", "{nope}", substitutionsAt(start)), withType("ValueError"));
});

test("a run is named after pipeline, date and time unless the user says otherwise", () => {
  assert.equal(runName("p", null, substitutionsAt(start)), "p-2025_01_31-12_05_09_123000");
  assert.equal(runName("{p}", null, substitutionsAt(start)), "{p}-2025_01_31-12_05_09_123000");
  assert.equal(runName("p", "nightly {date}", substitutionsAt(start)), "nightly 2025_01_31");
});

test("artifacts without a name of their own are named after where they come from", () => {
  assert.equal(defaultArtifactName("p", "load_2", "output_0"), "p::load_2::output_0");
});

test("names may be odd, but not empty, endless, or with characters that hide what they say", () => {
  for (const name of ["../../etc", "<b>ü</b>", "a b"]) assert.equal(checkedName("artifact", name), name);
  for (const name of ["", "  ", "x".repeat(256), "a\u0000b", "a\nb", "a\u001b[31m"]) {
    assert.throws(() => checkedName("artifact", name), withType("ValueError"));
  }
});
