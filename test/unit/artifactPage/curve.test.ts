import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { areaUnder, curveFrom, curveNames, curveOfJson } from "../../../webview/artifact/previews/curve";

describe("curves are known by the names of their columns", () => {
  const cases: readonly (readonly [string[], string | null])[] = [
    [["fpr", "tpr", "thresholds"], "roc"],
    [["False Positive Rate", "True Positive Rate"], "roc"],
    [["precision", "recall"], "precision-recall"],
    [["Recall", "Precision", "threshold"], "precision-recall"],
    [["age", "recall"], null],
    [["fpr", "amount"], null],
  ];
  for (const [names, kind] of cases)
    it(`${names.join(", ")}: ${kind ?? "none"}`, () => assert.equal(curveNames(names)?.kind ?? null, kind));
});

describe("what only has the names of a curve is none", () => {
  it("values beyond 0 and 1", () => assert.equal(curveFrom("roc", [0, 12, 1], [0, 0.5, 1], null), null));
  it("lists of different length", () => assert.equal(curveFrom("roc", [0, 0.5, 1], [0, 1], null), null));
  it("two points", () => assert.equal(curveFrom("roc", [0, 1], [0, 1], null), null));
  it("texts", () => assert.equal(curveFrom("roc", ["a", "b", "c"], [0, 0.5, 1], null), null));
  it("a list that was cut", () => {
    const value = { fpr: [0, 0.5, 1], tpr: [0, 0.5, 1] };
    const preview = { kind: "json", value, length: 2, file: null } as const;
    assert.equal(curveOfJson({ ...preview, truncated: true }), null);
    assert.equal(curveOfJson({ ...preview, truncated: false })?.points.length, 3);
  });
});

describe("the area under a curve", () => {
  const area = (kind: "roc" | "precision-recall", xs: number[], ys: number[]): number => {
    const curve = curveFrom(kind, xs, ys, null);
    assert.ok(curve);
    return Math.round(areaUnder(curve) * 1e6) / 1e6;
  };
  it("of chance is a half", () => assert.equal(area("roc", [0, 0.3, 1], [0, 0.3, 1]), 0.5));
  it("of a perfect classifier is one", () => assert.equal(area("roc", [0, 0, 1], [0, 1, 1]), 1));
  // scikit-learn's average_precision_score for truth 0 0 1 1 and scores 0.1 0.4 0.35 0.8.
  it("of precision over recall is the sum of its steps", () =>
    assert.equal(area("precision-recall", [1, 1, 0.5, 0.5, 0], [0.5, 2 / 3, 0.5, 1, 1]), 0.833333));
});
