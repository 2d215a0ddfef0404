/** A small square table of counts, as a confusion matrix is read: labelled rows and columns, shaded by their share of the row. */
import type { Json } from "../../../src/core/json";
import type { Preview } from "../../../src/core/preview";
import type { ArtifactStrings } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { element } from "../../ui/dom";
import { visible } from "../../ui/format";
import { section } from "../../ui/parts";

export interface Matrix {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

const MOST_CLASSES = 20;
const STEPS = 10;

/** A confusion matrix when the values are one: square, of counts, labelled alike on both sides or not at all. */
export function matrixOf(preview: Preview): Matrix | null {
  if (preview.kind === "array") return ofArray(preview);
  if (preview.kind !== "table" || preview.rows !== preview.columnCount) return null;
  const columns = preview.columns.map((column) => column.name);
  const rows = preview.indexHead.map(String);
  const isAlike = rows.length === columns.length && rows.every((label, i) => label === columns[i]);
  return isAlike ? counted(columns, preview.head) : null;
}

function ofArray(preview: Extract<Preview, { readonly kind: "array" }>): Matrix | null {
  const [rows = 0, columns = 0] = preview.shape;
  const isSquare = preview.shape.length === 2 && rows === columns && /^u?int/.test(preview.dtype);
  if (!isSquare || preview.truncated || !Array.isArray(preview.head)) return null;
  const values: readonly Json[] = preview.head;
  const labels = Array.from({ length: rows }, (_, i) => String(i));
  return counted(
    labels,
    values.map((row) => (Array.isArray(row) ? (row as readonly Json[]) : [])),
  );
}

function counted(labels: readonly string[], rows: readonly (readonly Json[])[]): Matrix | null {
  const size = labels.length;
  if (size < 2 || size > MOST_CLASSES || rows.length !== size) return null;
  const isCounts = rows.every(
    (row) => row.length === size && row.every((value) => Number.isInteger(value) && Number(value) >= 0),
  );
  return isCounts ? { labels, counts: rows as readonly (readonly number[])[] } : null;
}

export function matrixView({ labels, counts }: Matrix, strings: ArtifactStrings): HTMLElement {
  const all = counts.flat().reduce((sum, count) => sum + count, 0);
  const right = counts.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const corner = element("th", { class: "corner", scope: "col" }, strings.trueByPredicted);
  const head = element(
    "tr",
    {},
    corner,
    ...labels.map((label) => element("th", { scope: "col" }, visible(label))),
  );
  const rows = counts.map((row, i) => {
    const sum = row.reduce((total, count) => total + count, 0);
    const cells = row.map((count, j) => {
      const share = sum === 0 ? 0 : count / sum;
      const title = `${labels[i] ?? ""} → ${labels[j] ?? ""}: ${count} (${(100 * share).toFixed(1)} %)`;
      const shade = `shade-${Math.round(share * STEPS)}${i === j ? " right" : " wrong"}`;
      return element("td", { class: shade, title }, String(count));
    });
    return element("tr", {}, element("th", { scope: "row" }, visible(labels[i] ?? "")), ...cells);
  });
  const share = all === 0 ? "—" : `${((100 * right) / all).toFixed(1)} %`;
  return section(
    strings.confusionMatrix,
    element(
      "table",
      { class: "matrix", "aria-label": strings.confusionMatrix },
      element("thead", {}, head),
      element("tbody", {}, ...rows),
    ),
    element(
      "p",
      { class: "note" },
      fill(strings.onDiagonal, right.toLocaleString(), all.toLocaleString(), share),
    ),
  );
}
