/** Moves what was found along with the text that is typed around it, so that nobody has to wait for the next parse. */
import type { DiscoveredFile, DiscoveredPipeline, DiscoveredStep, Span } from "./model";

interface Point {
  /** Counts from 0, as in the editor. */
  readonly line: number;
  readonly column: number;
}

/** One replacement, in the text as the replacements before it left it. */
export interface TextEdit {
  readonly start: Point;
  readonly end: Point;
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** Where the inserted text ends. */
export function endOfInsertion({ start, text }: TextEdit): Point {
  const last = text.lastIndexOf("\n");
  if (last === -1) return { line: start.line, column: start.column + text.length };
  let line = start.line;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) line += 1;
  return { line, column: text.length - last - 1 };
}

export function shifted(found: DiscoveredFile, edits: readonly TextEdit[]): DiscoveredFile {
  const moves = edits.map((edit) => ({ edit, inserted: endOfInsertion(edit) }));
  const point = (line: number, column: number): Point =>
    moves.reduce((at, { edit, inserted }) => moved(at, edit, inserted), {
      line: line - 1,
      column: column - 1,
    });
  return mapSpans(found, (span) => {
    const start = point(span.line, span.column);
    const end = point(span.endLine, span.endColumn);
    return {
      line: start.line + 1,
      column: start.column + 1,
      endLine: end.line + 1,
      endColumn: end.column + 1,
    };
  });
}

function moved(at: Point, { start, end }: TextEdit, inserted: Point): Point {
  if (isBefore(at, start)) return at;
  if (isBefore(at, end)) return start;
  if (at.line > end.line) return { line: at.line + inserted.line - end.line, column: at.column };
  return { line: inserted.line, column: at.column + inserted.column - end.column };
}

function isBefore(a: Point, b: Point): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}

type MapSpan = (span: Span) => Span;

function mapSpans(found: DiscoveredFile, map: MapSpan): DiscoveredFile {
  return {
    ...found,
    pipelines: found.pipelines.map((pipeline) => mapDefinition(pipeline, map)),
    steps: found.steps.map((step) => mapDefinition(step, map)),
    sdkImport:
      found.sdkImport === null ? null : { ...found.sdkImport, line: lineOf(found.sdkImport.line, map) },
    options: found.options.map((option) => mapped(option, map)),
    strays: found.strays.map((stray) => ({ ...mapped(stray, map), statement: orNull(stray.statement, map) })),
    lookups: found.lookups.map((mention) => mapped(mention, map)),
  };
}

/** The definition with each of its spans replaced. */
export function mapDefinition<T extends DiscoveredPipeline | DiscoveredStep>(item: T, map: MapSpan): T {
  const nameSpan = map(item.nameSpan);
  const common = { span: map(item.span), nameSpan, line: nameSpan.line };
  if (item.kind === "step") return { ...item, ...common };
  const calls = item.calls.map((call) => ({
    ...call,
    span: map(call.span),
    calleeSpan: map(call.calleeSpan),
    assigned: call.assigned.map((name) => mapped(name, map)),
    afterNames: call.afterNames.map((mention) => mapped(mention, map)),
    afterSpan: orNull(call.afterSpan, map),
    idSpan: orNull(call.idSpan, map),
    unpacked: call.unpacked === null ? null : mapped(call.unpacked, map),
    unfit: call.unfit.map((argument) => mapped(argument, map)),
  }));
  const undefinedCalls = item.undefinedCalls.map((mention) => mapped(mention, map));
  return { ...item, ...common, calls, undefinedCalls, givenName: orNull(item.givenName, map) };
}

function orNull(span: Span | null, map: MapSpan): Span | null {
  return span === null ? null : map(span);
}

function lineOf(line: number, map: MapSpan): number {
  return map({ line, column: 1, endLine: line, endColumn: 1 }).line;
}

function mapped<T extends { readonly span: Span }>(item: T, map: MapSpan): T {
  return { ...item, span: map(item.span) };
}
