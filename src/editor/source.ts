/** Text documents of VS Code as discovery reads them. */
import { languageOf } from "../core/languages";
import type { Discovery } from "../discovery/discovery";
import type { SourceText } from "../discovery/documents";
import type { DiscoveredFile } from "../discovery/model";
import type { TextDocument, VSCode } from "../ui/vscodeTypes";
import type { Range } from "../ui/vscodeTypes";
import type { Span } from "../discovery/model";

/** Documents that lenses, hints and hovers are for. */
export const documentSelector = [
  { scheme: "file", language: "python" },
  { scheme: "file", language: "typescript" },
  { scheme: "file", language: "javascript" },
] as const;

/** The document's text and version at the moment they are asked for. */
export function sourceOf(document: TextDocument): SourceText | null {
  if (document.uri.scheme !== "file" || languageOf(document.fileName) === null) return null;
  return {
    file: document.fileName,
    get version() {
      return document.version;
    },
    text: () => document.getText(),
  };
}

/** What is in the document, at once; discovery tells when it knows better. */
export function foundIn(discovery: Discovery, document: TextDocument): DiscoveredFile | null {
  const source = sourceOf(document);
  return source === null ? null : discovery.readLater(source);
}

export function rangeOf(vscode: VSCode, span: Span): Range {
  return new vscode.Range(span.line - 1, span.column - 1, span.endLine - 1, span.endColumn - 1);
}

export function lineRange(vscode: VSCode, line: number): Range {
  return new vscode.Range(line - 1, 0, line - 1, 0);
}
