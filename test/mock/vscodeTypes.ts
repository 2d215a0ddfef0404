/** The value types of the small VS Code: what is passed around and looked at. */
import * as path from "node:path";
import type * as vscodeApi from "vscode";

type Listener<T> = (event: T) => unknown;

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };
  fire(event: T): void {
    for (const listener of [...this.listeners]) listener(event);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class Disposable {
  constructor(readonly dispose: () => unknown) {}
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(
    startLine: number | Position,
    startCharacter: number | Position,
    endLine = 0,
    endCharacter = 0,
  ) {
    this.start =
      typeof startLine === "number" ? new Position(startLine, startCharacter as number) : startLine;
    this.end = typeof startCharacter === "number" ? new Position(endLine, endCharacter) : startCharacter;
  }
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
    readonly query: string,
    readonly fragment: string,
  ) {}
  static file(file: string): Uri {
    return new Uri("file", file.split(path.sep).join("/"), "", "");
  }
  static from(parts: { scheme: string; path?: string; query?: string; fragment?: string }): Uri {
    return new Uri(parts.scheme, parts.path ?? "", parts.query ?? "", parts.fragment ?? "");
  }
  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(base.scheme, path.posix.join(base.path, ...parts), base.query, base.fragment);
  }
  with(change: { fragment?: string }): Uri {
    return new Uri(this.scheme, this.path, this.query, change.fragment ?? this.fragment);
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}:${this.path}${this.query === "" ? "" : `?${this.query}`}`;
  }
}

export class ThemeColor {
  constructor(readonly id: string) {}
}
export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}
export class TreeItem {
  label: string;
  resourceUri?: Uri;
  constructor(
    label: string | Uri,
    readonly collapsibleState = 0,
  ) {
    this.label = typeof label === "string" ? label : path.basename(label.path);
    if (typeof label !== "string") this.resourceUri = label;
  }
}
export class MarkdownString {
  isTrusted: unknown = false;
  constructor(
    public value = "",
    readonly supportThemeIcons = false,
  ) {}
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}
export class CodeLens {
  constructor(
    readonly range: Range,
    readonly command?: vscodeApi.Command,
  ) {}
}
export class Diagnostic {
  source?: string;
  code?: string;
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: number,
  ) {}
}
export const CompletionItemKind = { Property: 9, Value: 11, EnumMember: 19, Constant: 20 };

export class CompletionItem {
  range?: Range;
  insertText?: string;
  filterText?: string;
  sortText?: string;
  detail?: string;
  documentation?: MarkdownString;
  command?: vscodeApi.Command;
  constructor(
    readonly label: string | { readonly label: string; readonly description?: string },
    readonly kind: number,
  ) {}
}

export const CodeActionKind = { QuickFix: "quickfix" };

export class WorkspaceEdit {
  readonly edits: { readonly file: string; readonly range: Range; readonly text: string }[] = [];
  replace(uri: Uri, range: Range, text: string): void {
    this.edits.push({ file: uri.fsPath, range, text });
  }
  insert(uri: Uri, at: Position, text: string): void {
    this.replace(uri, new Range(at.line, at.character, at.line, at.character), text);
  }
}

export class CodeAction {
  edit?: WorkspaceEdit;
  diagnostics?: readonly Diagnostic[];
  isPreferred?: boolean;
  constructor(
    readonly title: string,
    readonly kind: string,
  ) {}
}

export class CustomExecution {
  constructor(readonly start: (definition: unknown) => Promise<unknown>) {}
}

export class Task {
  detail?: string;
  presentationOptions?: unknown;
  constructor(
    readonly definition: unknown,
    readonly scope: unknown,
    readonly name: string,
    readonly source: string,
    readonly execution: CustomExecution,
  ) {}
}

export class InlayHintLabelPart {
  constructor(readonly value: string) {}
}
export class InlayHint {
  constructor(
    readonly position: Position,
    readonly label: readonly InlayHintLabelPart[],
  ) {}
}
export class Hover {
  constructor(
    readonly contents: MarkdownString,
    readonly range: Range,
  ) {}
}
export class DocumentLink {
  constructor(
    readonly range: Range,
    readonly target: Uri,
  ) {}
}
export class DataTransferItem {
  constructor(readonly value: unknown) {}
  asString(): Promise<string> {
    return Promise.resolve(String(this.value));
  }
}
/** Holds several items of one type, of which `get` gives the first, as VS Code's does. */
export class DataTransfer {
  private readonly items: [string, DataTransferItem][] = [];
  get(mime: string): DataTransferItem | undefined {
    return this.items.find(([type]) => type === mime)?.[1];
  }
  set(mime: string, item: DataTransferItem): void {
    this.items.push([mime, item]);
  }
  [Symbol.iterator](): IterableIterator<[string, DataTransferItem]> {
    return this.items[Symbol.iterator]();
  }
}
export class DocumentDropEdit {
  additionalEdit?: WorkspaceEdit;
  constructor(
    readonly insertText: string,
    readonly title: string,
  ) {}
}
export class CancellationTokenSource {
  private readonly emitter = new EventEmitter<undefined>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.emitter.event };
  cancel(): void {
    this.token.isCancellationRequested = true;
    this.emitter.fire(undefined);
  }
  dispose(): void {
    this.emitter.dispose();
  }
}
