/** The code of runs: what their steps reached, by kind and name, with its text where it was kept, and how it differs. */
import * as path from "node:path";
import type { CodeComponent, PipelineSpec, StepDefinition } from "../../core/spec";
import { countLines, type LineCounts } from "./lineCounts";
import type { CodeCell, ComparedCode, ComparedRow } from "./messages";

export interface CodePiece {
  readonly kind: ComparedCode["kind"];
  readonly name: string;
  readonly digest: string;
  /** Null: not kept, or of a kind that has none. */
  readonly text: string | null;
  /** Of the file that it comes from, so that an editor colours it. */
  readonly extension: string;
}

/** The digest of these is their version, which says more than that it changed. */
const VERSIONED = new Set<CodePiece["kind"]>(["package"]);

/** Pieces by an id that is the same in every run. */
export function codeOf(spec: PipelineSpec | null): ReadonlyMap<string, CodePiece> {
  const pieces = new Map<string, CodePiece>();
  if (spec === null) return pieces;
  const { name, sourceCode } = spec.pipeline;
  if (sourceCode != null) {
    const extension = extensionOf(spec, spec.pipeline.source?.file);
    pieces.set(`pipeline ${name}`, {
      ...{ kind: "pipeline", name, digest: sourceCode, text: sourceCode, extension },
    });
  }
  for (const definition of spec.definitions) {
    for (const component of definition.code) {
      pieces.set(`${component.kind} ${component.name}`, piece(spec, definition, component));
    }
  }
  return pieces;
}

function piece(
  spec: PipelineSpec,
  definition: StepDefinition,
  { kind, name, digest }: CodeComponent,
): CodePiece {
  const text = spec.sources?.[digest] ?? (kind === "step" ? definition.sourceCode : null);
  return { kind, name, digest, text, extension: extensionOf(spec, definition.source?.file) };
}

function extensionOf(spec: PipelineSpec, file: string | undefined): string {
  const extension = file === undefined ? "" : path.extname(file);
  return extension !== "" ? extension : spec.language === "python" ? ".py" : ".ts";
}

/** A row for each thing that any of the runs used. */
export function codeRows(specs: readonly (PipelineSpec | null)[]): ComparedRow[] {
  const all = specs.map(codeOf);
  const ids = new Set(all.flatMap((pieces) => [...pieces.keys()]));
  return [...ids].flatMap((id) => {
    const pieces = all.map((each) => each.get(id) ?? null);
    const known = pieces.find((each) => each !== null);
    return known == null ? [] : [codeRow(id, known, pieces)];
  });
}

function codeRow(id: string, { kind, name }: CodePiece, pieces: readonly (CodePiece | null)[]): ComparedRow {
  const [base = null] = pieces;
  const values = pieces.map((each) => each?.digest ?? null);
  const differs = new Set(values).size > 1;
  const row = { group: "code", name, values, artifactVersionIds: null, differs } as const;
  if (VERSIONED.has(kind)) return { ...row, code: null };
  const cells = pieces.map((each, i) => codeCell(base, each, i === 0));
  return { ...row, code: { kind, id, cells } };
}

function codeCell(base: CodePiece | null, piece: CodePiece | null, isBase: boolean): CodeCell {
  if (piece === null) return { is: "absent" };
  if (isBase) return { is: "base", lines: piece.text === null ? null : countLines("", piece.text).added };
  if (base?.digest === piece.digest) return { is: "same" };
  return { is: "changed", lines: changedLines(base, piece) };
}

/** What wasn't there before is new as a whole. */
function changedLines(base: CodePiece | null, piece: CodePiece): LineCounts | null {
  if (piece.text === null || (base !== null && base.text === null)) return null;
  return countLines(base?.text ?? "", piece.text);
}
