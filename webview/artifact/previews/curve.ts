/** Curves of a classifier: when the values are false and true positive rates, or precisions and recalls, they are drawn as such. */
import type { Json } from "../../../src/core/json";
import type { Preview } from "../../../src/core/preview";
import type { ArtifactStrings } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { element } from "../../ui/dom";
import { formatNumber } from "../../ui/numbers";
import { section } from "../../ui/parts";
import { plot } from "../../ui/plot";

export type CurveKind = "roc" | "precision-recall";

/** Which columns, or members, hold a curve. */
export interface CurveNames {
  readonly kind: CurveKind;
  readonly x: string;
  readonly y: string;
  readonly threshold: string | null;
}

export interface Curve {
  readonly kind: CurveKind;
  readonly points: readonly { readonly x: number; readonly y: number; readonly threshold: number | null }[];
}

const SIZE = { width: 440, height: 400 };
const FALSE_POSITIVE = /^(fpr|false[ _-]?positive[ _-]?rates?)$/i;
const TRUE_POSITIVE = /^(tpr|true[ _-]?positive[ _-]?rates?)$/i;
const RECALL = /^recalls?$/i;
const PRECISION = /^precisions?$/i;
const THRESHOLD = /^thresholds?$/i;

export function curveNames(names: readonly string[]): CurveNames | null {
  const like = (pattern: RegExp): string | null => names.find((name) => pattern.test(name.trim())) ?? null;
  const threshold = like(THRESHOLD);
  const [fpr, tpr, recall, precision] = [FALSE_POSITIVE, TRUE_POSITIVE, RECALL, PRECISION].map(like);
  if (fpr != null && tpr != null) return { kind: "roc", x: fpr, y: tpr, threshold };
  if (recall != null && precision != null)
    return { kind: "precision-recall", x: recall, y: precision, threshold };
  return null;
}

/** From lists of one length, all between 0 and 1; null when they are something else of the same name. */
export function curveFrom(
  kind: CurveKind,
  xs: readonly Json[],
  ys: readonly Json[],
  thresholds: readonly Json[] | null,
): Curve | null {
  if (xs.length < 3 || xs.length !== ys.length) return null;
  const points = xs.map((x, i) => {
    const threshold = thresholds?.[i];
    return { x: Number(x), y: Number(ys[i]), threshold: typeof threshold === "number" ? threshold : null };
  });
  const isRates = points.every(({ x, y }) => x >= 0 && x <= 1 && y >= 0 && y <= 1);
  return isRates ? { kind, points } : null;
}

/** A curve in an object of lists, as `roc_curve` and its like are often kept. */
export function curveOfJson(preview: Extract<Preview, { readonly kind: "json" }>): Curve | null {
  const { value, truncated } = preview;
  if (truncated || typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const members = new Map(Object.entries(value));
  const names = curveNames([...members.keys()]);
  if (names === null) return null;
  const list = (name: string | null): readonly Json[] | null => {
    const found: Json | undefined = name === null ? undefined : members.get(name);
    return Array.isArray(found) ? (found as readonly Json[]) : null;
  };
  const [xs, ys] = [list(names.x), list(names.y)];
  return xs === null || ys === null ? null : curveFrom(names.kind, xs, ys, list(names.threshold));
}

/** The area under a ROC curve; of precision over recall the average precision, a sum of steps that doesn't flatter. */
export function areaUnder({ kind, points }: Curve): number {
  // Curves are kept in either direction; along points of equal x only their own order tells which comes first.
  const rightwards = (points[0]?.x ?? 0) <= (points.at(-1)?.x ?? 0);
  const ordered = rightwards ? points : [...points].reverse();
  let area = 0;
  for (const [i, point] of ordered.entries()) {
    const before = ordered[i - 1];
    if (before === undefined) continue;
    const height = kind === "roc" ? (before.y + point.y) / 2 : point.y;
    area += (point.x - before.x) * height;
  }
  return area;
}

export function curveView(curve: Curve, strings: ArtifactStrings): HTMLElement {
  const isRoc = curve.kind === "roc";
  const [across, up] = isRoc
    ? [strings.falsePositiveRate, strings.truePositiveRate]
    : [strings.recall, strings.precision];
  const title = isRoc ? strings.rocCurve : strings.precisionRecallCurve;
  const area = fill(
    isRoc ? strings.areaUnderCurve : strings.averagePrecision,
    formatNumber(areaUnder(curve)),
  );
  const points = curve.points.map(({ x, y, threshold }) => ({
    x,
    y,
    title: [
      `${across}: ${formatNumber(x)}`,
      `${up}: ${formatNumber(y)}`,
      ...(threshold === null ? [] : [`${strings.threshold}: ${formatNumber(threshold)}`]),
    ].join("\n"),
  }));
  const chance = {
    name: strings.chance,
    draw: "line" as const,
    quiet: true,
    points: [0, 1].map((end) => ({ x: end, y: end })),
  };
  const label = `${title}. ${area}`;
  const series = { name: isRoc ? title : "", draw: "line" as const, points };
  return section(
    title,
    plot(
      { label, across, up, series: isRoc ? [series, chance] : [series], range: { x: [0, 1], y: [0, 1] } },
      SIZE,
    ),
    element("p", { class: "note" }, area),
  );
}
