/** What of a drawing is seen when it is opened. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Box } from "../../../webview/dag/drawing";
import { firstView, OF_FEW, OF_MANY, type Extent, type FirstView } from "../../../webview/dag/firstView";

const PANEL: Extent = { width: 1000, height: 700 };
const NARROW: Extent = { width: 320, height: 700 };

function box(left: number, top: number, width = 200, height = 50): Box {
  return { left, top, right: left + width, bottom: top + height };
}

function down(width: number, height: number): Extent & { readonly direction: "TB" } {
  return { width, height, direction: "TB" };
}

function onScreen({ scale, x, y }: FirstView, { left, top, right, bottom }: Box): Box {
  return {
    left: x + left * scale,
    right: x + right * scale,
    top: y + top * scale,
    bottom: y + bottom * scale,
  };
}

function isInside(seen: Box, { width, height }: Extent): boolean {
  return seen.left >= 0 && seen.top >= 0 && seen.right <= width && seen.bottom <= height;
}

describe("the first view of a drawing", () => {
  it("shows a small one in the middle, no larger than it is", () => {
    assert.deepEqual(firstView(down(400, 300), [box(0, 0)], PANEL, OF_FEW), { scale: 1, x: 300, y: 200 });
  });

  it("shows all of it for as long as names can be read", () => {
    const drawing = down(2_000, 600);
    const view = firstView(drawing, [box(900, 0)], PANEL, OF_FEW);
    assert.ok(view.scale >= OF_FEW.least);
    assert.ok(isInside(onScreen(view, box(0, 0, 2_000, 600)), PANEL));
  });

  it("begins a long one at its top, as broad as it is", () => {
    const view = firstView(down(260, 4_000), [box(0, 0)], PANEL, OF_FEW);
    assert.equal(view.scale, OF_FEW.most);
    assert.equal(view.y, 32);
    assert.ok(isInside(onScreen(view, box(0, 0, 260, 100)), PANEL));
  });

  it("has the step in sight with which a broad one begins", () => {
    const root = box(1_900, 0);
    const view = firstView(down(4_000, 500), [root], PANEL, OF_FEW);
    assert.equal(view.scale, OF_FEW.part);
    const seen = onScreen(view, root);
    assert.equal((seen.left + seen.right) / 2, PANEL.width / 2);
  });

  it("begins at the left where not all first steps fit, and leaves nothing empty beyond its ends", () => {
    const roots = [box(120, 0), box(700, 0), box(60, 400)];
    const view = firstView(down(1_000, 600), roots, NARROW, OF_FEW);
    assert.equal(view.x, 32);
    const last = firstView(down(1_000, 600), [box(800, 0)], NARROW, OF_FEW);
    assert.equal(onScreen(last, box(0, 0, 1_000, 600)).right, NARROW.width - 32);
  });

  it("does the same from left to right", () => {
    const root = box(0, 1_900, 200, 50);
    const view = firstView({ width: 900, height: 4_000, direction: "LR" }, [root], PANEL, OF_FEW);
    const seen = onScreen(view, root);
    assert.equal((seen.top + seen.bottom) / 2, PANEL.height / 2);
    assert.ok(view.x >= 32);
  });

  it("shows the cards as such where there are many", () => {
    const view = firstView(down(3_400, 2_000), [box(0, 0)], PANEL, OF_MANY);
    assert.ok(view.scale < OF_FEW.least && view.scale >= OF_MANY.least);
    assert.ok(isInside(onScreen(view, box(0, 0, 3_400, 2_000)), PANEL));
  });
});
