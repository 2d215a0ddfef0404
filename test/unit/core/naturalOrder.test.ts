import assert from "node:assert/strict";
import test from "node:test";
import { byName, orderKey } from "../../../src/core/naturalOrder";

const ordered = [
  "",
  "1",
  "2",
  "10",
  "Accuracy",
  "accuracy_2",
  "features_02",
  "features_2b",
  "features_10",
  "features_010_b",
  "Loss",
  "run 9",
  "run 10",
  "run 99999999999999999999",
  "run 100000000000000000000",
  "x",
];

test("names stand as people count them", () => {
  assert.deepEqual([...ordered].reverse().sort(byName), ordered);
});

test("a database that sorts keys by their bytes finds the same order", () => {
  const bytes = (name: string): Buffer => Buffer.from(orderKey(name), "utf8");
  const sorted = [...ordered].reverse().sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
  assert.deepEqual(sorted, ordered);
});

test("different names never stand at the same place", () => {
  assert.notEqual(byName("features_2", "features_02"), 0);
  assert.equal(byName("a", "A"), -byName("A", "a"));
  assert.equal(byName("same", "same"), 0);
});
