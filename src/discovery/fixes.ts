/** Changes of the text that mend what is wrong: each keeps what the code means. */
import type { DiscoveredFile, DiscoveredPipeline, Span, UnfitArgument } from "./model";

/** Text to put in the place of a span; none where the argument there goes with its comma. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

export interface Fix extends Edit {
  /** What else has to change. */
  readonly also?: readonly Edit[];
}

/** `(row for row in rows)` as `[row for row in rows]`. */
export function asList({ span, text }: UnfitArgument): Fix {
  const isAlone = text.startsWith("(") && text.endsWith(")");
  return { span, text: `[${isAlone ? text.slice(1, -1) : text}]` };
}

/** `ExternalArtifact(value=…)`: what is recorded then is an artifact, and not a parameter. */
export function asExternalArtifact(
  found: DiscoveredFile,
  { span, text, isWhole }: UnfitArgument,
): Fix | null {
  const external = isWhole ? externalArtifact(found) : null;
  return external === null ? null : { span, text: `${external.name}(value=${text})`, also: external.edits };
}

/** A lambda as a function of the module, which can be recorded by its name, given as an artifact. */
export function liftedFunction(
  found: DiscoveredFile,
  pipeline: DiscoveredPipeline,
  { span, lambda, isWhole }: UnfitArgument,
  parameter: string,
): Fix | null {
  const external = isWhole && lambda !== null ? externalArtifact(found) : null;
  if (external === null || lambda === null) return null;
  const name = freeName(`${parameter}_function`, found);
  const text = `def ${name}(${lambda.parameters}):\n    return ${lambda.body}\n\n\n`;
  return {
    span,
    text: `${external.name}(value=${name})`,
    also: [...external.edits, { span: startOf(pipeline.span), text }],
  };
}

/** Where it runs only when the file itself is run. */
export function belowMainGuard(statement: Span): Fix {
  return { span: startOf(statement), text: 'if __name__ == "__main__":\n    ' };
}

export function importOf(line: number, module: string, name: string): Fix {
  return { span: lineStart(line), text: `from ${module} import ${name}\n` };
}

/** What `ExternalArtifact` is called in the file, and what it takes for that; null where the SDK isn't imported plainly. */
function externalArtifact({
  imports,
  sdkImport,
}: DiscoveredFile): { readonly name: string; readonly edits: readonly Edit[] } | null {
  for (const [local, { module, name }] of imports) {
    if (name === "ExternalArtifact" && /^(zenml|headrace)\b/.test(module)) return { name: local, edits: [] };
  }
  if (sdkImport === null) return null;
  const { line, module } = sdkImport;
  return { name: "ExternalArtifact", edits: [importOf(line, module, "ExternalArtifact")] };
}

function freeName(wanted: string, { imports, steps, pipelines }: DiscoveredFile): string {
  const taken = new Set([
    ...imports.keys(),
    ...steps.map((step) => step.functionName),
    ...pipelines.map((pipeline) => pipeline.functionName),
  ]);
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}_${number}`;
  return name;
}

function startOf({ line, column }: Span): Span {
  return { line, column, endLine: line, endColumn: column };
}

function lineStart(line: number): Span {
  return { line, column: 1, endLine: line, endColumn: 1 };
}
