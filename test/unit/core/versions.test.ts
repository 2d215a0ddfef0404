import assert from "node:assert/strict";
import { test } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import { decideVersion, latestOf } from "../../../src/core/versions";

function known(...versions: string[]) {
  const numbers = versions.filter((version) => /^\d+$/.test(version)).map(Number);
  return { highestNumber: Math.max(0, ...numbers), has: (version: string) => versions.includes(version) };
}

test("without a version the next number is taken; versions that are text don't count", () => {
  assert.deepEqual(decideVersion("a", null, known()), { version: "1", versionNumber: 1 });
  assert.deepEqual(decideVersion("a", null, known("1", "2", "final")), { version: "3", versionNumber: 3 });
  assert.deepEqual(decideVersion("a", null, known("10")), { version: "11", versionNumber: 11 });
});

test("numbers, and digits as text, are version and number; other text is a version alone", () => {
  assert.deepEqual(decideVersion("a", 10, known()), { version: "10", versionNumber: 10 });
  assert.deepEqual(decideVersion("a", "10", known()), { version: "10", versionNumber: 10 });
  assert.deepEqual(decideVersion("a", "1.2.42", known()), { version: "1.2.42", versionNumber: null });
  assert.deepEqual(decideVersion("a", null, { highestNumber: 1, has: (version) => version === "2" }), {
    version: "3",
    versionNumber: 3,
  });
});

test("a version that exists is refused with ZenML's exception", () => {
  assert.throws(
    () => decideVersion("a", "1.0", known("1.0")),
    (error) => HeadraceError.is(error, "already-exists") && error.pythonType === "EntityExistsError",
  );
});

test("what is no version is refused", () => {
  for (const version of ["", " ", -1, 1.5, Number.NaN, "a\u0000"]) {
    assert.throws(
      () => decideVersion("a", version, known()),
      (error) => HeadraceError.is(error, "invalid"),
    );
  }
});

test("latest is the newest created, whatever its number; of equals the last", () => {
  const versions = [
    { version: "10", created: 1 },
    { version: "2", created: 3 },
    { version: "9", created: 2 },
  ];
  assert.equal(latestOf(versions)?.version, "2");
  assert.equal(
    latestOf([
      { created: 1, n: 1 },
      { created: 1, n: 2 },
    ])?.n,
    2,
  );
  assert.equal(latestOf([]), null);
});
