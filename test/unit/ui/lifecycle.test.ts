import assert from "node:assert/strict";
import { test } from "node:test";
import { Paced } from "../../../src/ui/lifecycle";

test("what is paced happens at once, and once more for all that came meanwhile", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let acts = 0;
  const paced = new Paced(() => acts++, 600);
  paced.request();
  assert.equal(acts, 1);
  paced.request();
  paced.request();
  assert.equal(acts, 1);
  mock.timers.tick(600);
  assert.equal(acts, 2);
  mock.timers.tick(600);
  assert.equal(acts, 2, "nobody asked again");
  paced.request();
  paced.now();
  assert.equal(acts, 4, "the end waits for nothing");
  paced.request();
  paced.dispose();
  mock.timers.tick(10_000);
  assert.equal(acts, 4);
});
