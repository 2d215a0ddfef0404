/** The check that a `preview.json` is what core/preview.ts says. */
import * as v from "valibot";
import type { Json, JsonObject } from "../core/json";
import type { EstimatorNode, Preview } from "../core/preview";
import { isSafePath } from "./verification";

const MOST_NODES = 2000;

/** A path inside the payload folder. */
const relativePath = v.pipe(
  v.string(),
  v.maxLength(1000),
  v.check(isSafePath, "the path leaves the payload folder"),
);

/** Anything that JSON.parse answers. */
const json = v.custom<Json>((value) => value !== undefined);
const jsonObject = v.custom<JsonObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "expected an object",
);
const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const file = v.nullable(relativePath);
const optionalNumber = v.nullable(v.pipe(v.number(), v.finite()));

const numberSummary = v.object({
  count,
  missing: count,
  infinite: v.exactOptional(count),
  min: optionalNumber,
  max: optionalNumber,
  mean: optionalNumber,
  std: optionalNumber,
  histogram: v.nullable(
    v.pipe(
      v.object({ edges: v.array(v.number()), counts: v.array(count) }),
      v.check(
        (histogram) => histogram.edges.length === histogram.counts.length + 1,
        "a histogram needs n + 1 edges",
      ),
    ),
  ),
  sample: v.exactOptional(count),
});

const column = v.object({
  name: v.string(),
  type: v.string(),
  kind: v.picklist(["number", "boolean", "text", "time", "other"]),
  missing: count,
  distinct: v.nullable(count),
  number: v.nullable(numberSummary),
  top: v.array(v.object({ value: v.string(), count })),
});

/** Checked by hand: a schema that calls itself could be made to do so too often. */
const estimatorNodes = v.custom<readonly EstimatorNode[]>((value) =>
  areNodes(value, { left: MOST_NODES }, 20),
);

function areNodes(value: unknown, budget: { left: number }, depth: number): boolean {
  if (!Array.isArray(value) || depth === 0) return false;
  return (value as readonly unknown[]).every((node) => {
    budget.left -= 1;
    if (budget.left < 0 || typeof node !== "object" || node === null) return false;
    const { name, className, parameters, children } = node as Record<string, unknown>;
    const fields = typeof name === "string" && typeof className === "string";
    return fields && v.is(jsonObject, parameters) && areNodes(children, budget, depth - 1);
  });
}

export const previewSchema: v.GenericSchema<unknown, Preview> = v.variant("kind", [
  v.object({
    kind: v.literal("table"),
    rows: count,
    columns: v.array(column),
    columnCount: count,
    index: v.nullable(v.string()),
    head: v.array(v.array(json)),
    indexHead: v.array(json),
    file,
    truncated: v.boolean(),
  }),
  v.object({
    kind: v.literal("array"),
    shape: v.array(count),
    dtype: v.string(),
    statistics: v.nullable(numberSummary),
    head: json,
    file,
    truncated: v.boolean(),
  }),
  v.object({ kind: v.literal("value"), type: v.string(), text: v.string() }),
  v.object({ kind: v.literal("json"), value: json, length: v.nullable(count), truncated: v.boolean(), file }),
  v.object({
    kind: v.literal("text"),
    format: v.picklist(["plain", "markdown", "html", "csv", "code"]),
    text: v.string(),
    truncated: v.boolean(),
    file,
  }),
  v.object({
    kind: v.literal("image"),
    file: relativePath,
    width: v.nullable(count),
    height: v.nullable(count),
    mime: v.pipe(v.string(), v.regex(/^image\/[a-z0-9.+-]{1,40}$/)),
  }),
  v.object({
    kind: v.literal("estimator"),
    className: v.string(),
    module: v.string(),
    parameters: jsonObject,
    fitted: v.array(v.object({ name: v.string(), summary: v.string() })),
    steps: estimatorNodes,
    text: v.string(),
  }),
  v.object({
    kind: v.literal("bytes"),
    length: count,
    headHex: v.pipe(v.string(), v.regex(/^[0-9a-f]*$/)),
    file,
  }),
  v.object({
    kind: v.literal("items"),
    type: v.string(),
    length: count,
    items: v.array(v.object({ key: v.string(), summary: v.string() })),
    truncated: v.boolean(),
  }),
  v.object({ kind: v.literal("opaque"), type: v.string(), text: v.string(), note: v.string() }),
]);
