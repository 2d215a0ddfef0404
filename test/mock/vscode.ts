/**
 * A small VS Code for plain Node: what our classes use of its API, holding state that a test can look at, and rendering
 * itself as text. Idea: playwright-vscode's mock (docs/ARCHITECTURE.md); the code is our own.
 */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type * as vscodeApi from "vscode";
import { settingDefaults } from "../../src/ui/registry";

import {
  EventEmitter,
  Disposable,
  Position,
  Range,
  Uri,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  MarkdownString,
  CodeLens,
  CodeAction,
  CodeActionKind,
  CompletionItem,
  CompletionItemKind,
  CustomExecution,
  Task,
  WorkspaceEdit,
  Diagnostic,
  InlayHintLabelPart,
  InlayHint,
  Hover,
  DocumentLink,
  DataTransferItem,
  DocumentDropEdit,
  CancellationTokenSource,
} from "./vscodeTypes";

export class MockDocument {
  version = 1;
  isDirty = false;
  isClosed = false;
  constructor(
    readonly uri: Uri,
    private text: string,
    public languageId: string,
  ) {}
  get fileName(): string {
    return this.uri.fsPath;
  }
  get lineCount(): number {
    return this.text.split("\n").length;
  }
  getText(range?: Range): string {
    if (range === undefined) return this.text;
    return this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end));
  }
  setText(text: string): void {
    this.text = text;
    this.version += 1;
    this.isDirty = true;
  }
  lineAt(line: number): { text: string; firstNonWhitespaceCharacterIndex: number } {
    const text = this.text.split("\n")[line] ?? "";
    return { text, firstNonWhitespaceCharacterIndex: text.length - text.trimStart().length };
  }
  offsetAt({ line, character }: Position): number {
    const before = this.text.split("\n").slice(0, line);
    return before.reduce((sum, text) => sum + text.length + 1, character);
  }
  getWordRangeAtPosition({ line, character }: Position, word: RegExp): Range | undefined {
    const found = [...this.lineAt(line).text.matchAll(new RegExp(word, "g"))].find(
      ({ index, 0: text }) => index <= character && character <= index + text.length,
    );
    return found === undefined
      ? undefined
      : new Range(line, found.index, line, found.index + found[0].length);
  }
  positionAt(offset: number): Position {
    const before = this.text.slice(0, offset).split("\n");
    return new Position(before.length - 1, before.at(-1)?.length ?? 0);
  }
  save(): Promise<boolean> {
    this.isDirty = false;
    return Promise.resolve(true);
  }
}

interface Provider {
  getChildren(row?: unknown): unknown;
  getTreeItem(
    row: unknown,
  ): TreeItem & { id?: string; description?: string; iconPath?: ThemeIcon; contextValue?: string };
}

export class MockTreeView {
  message = "";
  badge: { value: number; tooltip: string } | undefined;
  constructor(readonly provider: Provider) {}
  dispose(): void {
    this.message = "";
  }

  /** The tree as text, opened to `depth`: `label  description  (icon)`. */
  async render(depth = 5, row?: unknown, indent = ""): Promise<string> {
    const lines: string[] = [];
    for (const child of (await this.provider.getChildren(row)) as unknown[]) {
      const item = this.provider.getTreeItem(child);
      const icon = item.iconPath === undefined ? "" : ` (${item.iconPath.id})`;
      lines.push(`${indent}${item.label}${item.description ? ` — ${item.description}` : ""}${icon}`);
      if (depth > 1 && item.collapsibleState !== 0) {
        const below = await this.render(depth - 1, child, `${indent}  `);
        if (below !== "") lines.push(below);
      }
    }
    return lines.join("\n");
  }

  /** The first row whose label is this, below opened rows. */
  async row(label: string, from?: unknown): Promise<unknown> {
    for (const child of (await this.provider.getChildren(from)) as unknown[]) {
      const item = this.provider.getTreeItem(child);
      if (item.label === label) return child;
      const below = item.collapsibleState === 0 ? undefined : await this.row(label, child);
      if (below !== undefined) return below;
    }
    return undefined;
  }
}

interface Message {
  readonly level: "error" | "warning" | "info";
  readonly text: string;
  readonly actions: readonly string[];
}

type Answer = string | undefined;

export class MockVSCode {
  readonly folders: { uri: Uri; name: string; index: number }[];
  readonly documents: MockDocument[] = [];
  readonly settings = new Map<string, unknown>();
  readonly handlers = new Map<string, (...args: unknown[]) => unknown>();
  readonly context = new Map<string, unknown>();
  readonly executed: string[] = [];
  private readonly executions = new EventEmitter<{
    readonly id: string;
    readonly args: readonly unknown[];
  }>();
  readonly messages: Message[] = [];
  readonly statusMessages: string[] = [];
  readonly treeViews = new Map<string, MockTreeView>();
  readonly diagnostics = new Map<string, readonly Diagnostic[]>();
  readonly shown: { file: string; line: number }[] = [];
  readonly progress: string[] = [];
  readonly translated = new Set<string>();
  /** What the user answers to messages, pickers and input boxes, in order. */
  readonly answers: Answer[] = [];
  readonly asked: string[] = [];
  readonly debugged: unknown[] = [];
  readonly extensions = new Map<string, unknown>();
  clipboard = "";
  trusted = true;
  focused = true;

  private readonly trustGranted = new EventEmitter<undefined>();
  private readonly textChanged = new EventEmitter<unknown>();
  private readonly foldersChanged = new EventEmitter<unknown>();
  private readonly configurationChanged = new EventEmitter<unknown>();
  private readonly opened = new EventEmitter<unknown>();
  private readonly closed = new EventEmitter<unknown>();
  private readonly fileEvents = new EventEmitter<unknown>();
  private readonly editorChanged = new EventEmitter<unknown>();
  activeEditor: { document: MockDocument; selection: { active: Position } } | undefined;

  constructor(...folders: string[]) {
    this.folders = folders.map((folder, index) => ({
      uri: Uri.file(folder),
      name: path.basename(folder),
      index,
    }));
  }

  /** The API as our classes take it. */
  get api(): typeof vscodeApi {
    const api = {
      Uri,
      Range,
      Position,
      Disposable,
      EventEmitter,
      ThemeIcon,
      ThemeColor,
      TreeItem,
      MarkdownString,
      CodeLens,
      CodeAction,
      CodeActionKind,
      CompletionItem,
      CompletionItemKind,
      CustomExecution,
      Task,
      WorkspaceEdit,
      Diagnostic,
      InlayHint,
      InlayHintLabelPart,
      Hover,
      DocumentLink,
      DataTransferItem,
      DocumentDropEdit,
      CancellationTokenSource,
      InlayHintKind: { Type: 1, Parameter: 2 },
      TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
      DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
      DiagnosticTag: { Unnecessary: 1, Deprecated: 2 },
      StatusBarAlignment: { Left: 1, Right: 2 },
      ConfigurationTarget: { WorkspaceFolder: 3 },
      ProgressLocation: { SourceControl: 1, Window: 10, Notification: 15 },
      UIKind: { Desktop: 1, Web: 2 },
      l10n: { t: (text: string, ...args: unknown[]) => this.translate(text, args) },
      env: this.env(),
      window: this.window(),
      workspace: this.workspace(),
      commands: this.commands(),
      languages: this.languages(),
      extensions: { getExtension: (id: string) => this.extensions.get(id) },
      debug: {
        startDebugging: (_folder: unknown, configuration: unknown) => {
          this.debugged.push(configuration);
          return Promise.resolve(true);
        },
      },
    };
    return api as unknown as typeof vscodeApi;
  }

  /** What a command is given the next time. */
  nextExecution(id: string): Promise<readonly unknown[]> {
    return new Promise((resolve) => {
      const listening = this.executions.event((execution) => {
        if (execution.id !== id) return;
        listening.dispose();
        resolve(execution.args);
      });
    });
  }

  open(file: string, text: string): MockDocument {
    const document = new MockDocument(Uri.file(file), text, file.endsWith(".py") ? "python" : "typescript");
    this.documents.push(document);
    this.activeEditor = { document, selection: { active: new Position(0, 0) } };
    this.opened.fire(document);
    return document;
  }

  edit(document: MockDocument, text: string, line: number): void {
    document.setText(text);
    this.textChanged.fire({
      document,
      contentChanges: [{ range: new Range(line, 0, line, 0), rangeOffset: 0, rangeLength: 0, text: "" }],
    });
  }

  /** Types `text` in the place of the first `found`. */
  type(document: MockDocument, found: string, text: string): void {
    const before = document.getText();
    const offset = before.indexOf(found);
    const range = new Range(document.positionAt(offset), document.positionAt(offset + found.length));
    document.setText(before.slice(0, offset) + text + before.slice(offset + found.length));
    this.textChanged.fire({
      document,
      contentChanges: [{ range, rangeOffset: offset, rangeLength: found.length, text }],
    });
  }

  grantTrust(): void {
    this.trusted = true;
    this.trustGranted.fire(undefined);
  }

  set(setting: string, value: unknown): void {
    this.settings.set(setting, value);
    this.configurationChanged.fire({ affectsConfiguration: () => true });
  }

  run(command: string, ...args: unknown[]): Promise<unknown> {
    const handler = this.handlers.get(command);
    if (handler === undefined) throw new Error(`No command ${command}`);
    return Promise.resolve(handler(...args));
  }

  private translate(text: string, args: readonly unknown[]): string {
    this.translated.add(text);
    // As VS Code does: a text that is filled in later keeps its places.
    return text.replace(/\{(\d+)\}/g, (whole, at: string) =>
      String((args[Number(at)] as string | number | undefined) ?? whole),
    );
  }

  private env() {
    return {
      language: "en",
      uiKind: 1,
      clipboard: {
        writeText: (text: string) => {
          this.clipboard = text;
          return Promise.resolve();
        },
      },
    };
  }

  private message(level: Message["level"]) {
    return (text: string, ...rest: unknown[]): Promise<Answer> => {
      const modal = typeof rest[0] === "object";
      const actions = rest.filter((one): one is string => typeof one === "string");
      this.messages.push({ level, text, actions });
      // A message without a modal question is not waited for by anyone, unless an answer was prepared for it.
      const next = this.answers[0];
      const wanted = next !== undefined && actions.includes(next);
      return Promise.resolve(wanted || modal ? this.answers.shift() : undefined);
    };
  }

  private window() {
    const activeEditor = () => this.activeEditor;
    const focused = () => this.focused;
    return {
      get activeTextEditor() {
        return activeEditor();
      },
      visibleTextEditors: [],
      get state() {
        return { focused: focused() };
      },
      onDidChangeActiveTextEditor: this.editorChanged.event,
      onDidChangeVisibleTextEditors: this.editorChanged.event,
      showErrorMessage: this.message("error"),
      showWarningMessage: this.message("warning"),
      showInformationMessage: this.message("info"),
      setStatusBarMessage: (text: string) => this.statusMessages.push(text),
      createStatusBarItem: () => ({
        text: "",
        show: () => undefined,
        hide: () => undefined,
        dispose: () => undefined,
      }),
      createTreeView: (id: string, options: { treeDataProvider: Provider }) => {
        const view = new MockTreeView(options.treeDataProvider);
        this.treeViews.set(id, view);
        return view;
      },
      /** Of several that may be picked, the answer names all, with ` + ` between them. */
      showQuickPick: async (items: unknown, options: { placeHolder?: string; canPickMany?: boolean }) => {
        const list = (await items) as { label: string }[];
        this.asked.push(`${options.placeHolder ?? ""}: ${list.map((item) => item.label).join(" | ")}`);
        const answer = this.answers.shift();
        if (options.canPickMany === true) {
          const chosen = answer?.split(" + ");
          return chosen && list.filter((item) => chosen.some((label) => item.label.endsWith(label)));
        }
        const picked = list.find((item) => item.label === answer);
        if (answer !== undefined && picked === undefined)
          throw new Error(`No choice ${answer} in ${this.asked.at(-1) ?? ""}`);
        return picked;
      },
      showInputBox: async (options: {
        prompt?: string;
        value?: string;
        validateInput?: (text: string) => string | null | Promise<string | null>;
      }) => {
        this.asked.push(`${options.prompt ?? ""} [${options.value ?? ""}]`);
        let answer = this.answers.shift();
        while (answer !== undefined) {
          const problem = await options.validateInput?.(answer);
          if (problem == null) return answer;
          this.asked.push(`! ${problem}`);
          answer = this.answers.shift();
        }
        return answer;
      },
      showTextDocument: (document: MockDocument | Uri, options?: { selection?: Range }) => {
        const file = document instanceof MockDocument ? document.uri : document;
        this.shown.push({ file: file.toString(), line: (options?.selection?.start.line ?? -1) + 1 });
        return Promise.resolve();
      },
      withProgress: async (options: { title?: string }, task: (...args: unknown[]) => Promise<unknown>) => {
        this.progress.push(options.title ?? "");
        return task({ report: () => undefined }, new CancellationTokenSource().token);
      },
    };
  }

  private workspace() {
    const trusted = () => this.trusted;
    return {
      get isTrusted() {
        return trusted();
      },
      workspaceFolders: this.folders,
      textDocuments: this.documents,
      onDidChangeWorkspaceFolders: this.foldersChanged.event,
      onDidChangeConfiguration: this.configurationChanged.event,
      onDidChangeTextDocument: this.textChanged.event,
      onDidOpenTextDocument: this.opened.event,
      onDidCloseTextDocument: this.closed.event,
      onDidGrantWorkspaceTrust: this.trustGranted.event,
      createFileSystemWatcher: () => ({
        onDidCreate: this.fileEvents.event,
        onDidChange: this.fileEvents.event,
        onDidDelete: this.fileEvents.event,
        dispose: () => undefined,
      }),
      asRelativePath: (target: string | Uri) =>
        path.relative(this.folders[0]?.uri.fsPath ?? "", typeof target === "string" ? target : target.fsPath),
      getWorkspaceFolder: (uri: Uri) => this.folders.find((folder) => folder.uri.fsPath === uri.fsPath),
      getConfiguration: () => ({
        get: (id: string) => this.settings.get(id) ?? settingDefaults[id as keyof typeof settingDefaults],
        update: (id: string, value: unknown) => {
          this.set(id, value);
          return Promise.resolve();
        },
      }),
      openTextDocument: (uri: Uri) => {
        const known = this.documents.find((document) => document.uri.toString() === uri.toString());
        if (known !== undefined) return Promise.resolve(known);
        const text = uri.scheme === "file" ? readFileSync(uri.fsPath, "utf8") : "";
        return Promise.resolve(new MockDocument(uri, text, "plaintext"));
      },
    };
  }

  private commands() {
    return {
      registerCommand: (id: string, handler: (...args: unknown[]) => unknown) => {
        if (this.handlers.has(id)) throw new Error(`${id} is registered twice`);
        this.handlers.set(id, handler);
        return new Disposable(() => this.handlers.delete(id));
      },
      executeCommand: (id: string, ...args: unknown[]) => {
        if (id === "setContext") this.context.set(String(args[0]), args[1]);
        else {
          this.executed.push(id);
          this.executions.fire({ id, args });
          return Promise.resolve(this.handlers.get(id)?.(...args));
        }
        return Promise.resolve();
      },
    };
  }

  private languages() {
    return {
      createDiagnosticCollection: () => ({
        set: (uri: Uri, found: readonly Diagnostic[]) => this.diagnostics.set(uri.fsPath, found),
        delete: (uri: Uri) => this.diagnostics.delete(uri.fsPath),
        dispose: () => this.diagnostics.clear(),
      }),
      setTextDocumentLanguage: (document: MockDocument, language: string) => {
        document.languageId = language;
        return Promise.resolve(document);
      },
    };
  }

  /** All diagnostics as `file:line severity message`. */
  renderDiagnostics(): string {
    return [...this.diagnostics]
      .flatMap(([file, found]) =>
        found.map(
          ({ range, message }) =>
            `${path.basename(file)}:${range.start.line + 1} ${message.split("\n")[0] ?? ""}`,
        ),
      )
      .join("\n");
  }
}
