/** Text documents of VS Code as discovery reads them. */
import type { Discovery } from "../discovery/discovery";
import { languageOf, type SourceText } from "../discovery/documents";
import type { DiscoveredFile } from "../discovery/model";
import type { TextDocument, VSCode } from "../ui/vscodeTypes";
import type { Range } from "../ui/vscodeTypes";
import type { Span } from "../discovery/model";

/** Documents that lenses, hints and hovers are for. */
export const documentSelector = [
  { scheme: "file", language: "python" },
  { scheme: "file", language: "typescript" },
] as const;

export function sourceOf(document: TextDocument): SourceText | null {
  if (document.uri.scheme !== "file" || languageOf(document.fileName) === null) return null;
  return { file: document.fileName, version: document.version, text: () => document.getText() };
}

/** What is in the document, at once; null while the grammar is still being loaded, after which discovery tells. */
export function foundIn(discovery: Discovery, document: TextDocument): DiscoveredFile | null {
  const source = sourceOf(document);
  if (source === null) return null;
  const found = discovery.readNow(source);
  // Its own listeners hear of the result; an error comes again, and is told, when something is done on purpose.
  if (found === null) void discovery.read(source).catch(() => null);
  return found ?? discovery.latest(source.file);
}

export function rangeOf(vscode: VSCode, span: Span): Range {
  return new vscode.Range(span.line - 1, span.column - 1, span.endLine - 1, span.endColumn - 1);
}

export function lineRange(vscode: VSCode, line: number): Range {
  return new vscode.Range(line - 1, 0, line - 1, 0);
}
