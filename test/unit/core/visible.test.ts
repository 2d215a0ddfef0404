import assert from "node:assert/strict";
import { test } from "node:test";
import { visible } from "../../../src/core/visible";

test("what would rearrange a text is written out", () => {
  assert.equal(visible("two\nlines,\ttabbed\r"), "two\\nlines,\\ttabbed\\r");
  assert.equal(visible("\u001b[31mred \u202eevil"), "\\u001b[31mred \\u202eevil");
  assert.equal(visible("größer 数 👩‍🔬"), "größer 数 👩‍🔬");
});
