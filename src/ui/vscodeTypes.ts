/**
 * The types of VS Code's API. The API itself is handed to each class as a value of type `VSCode`, so that everything
 * runs in plain Node under a stand-in; only src/extension.ts imports it at run time.
 */
import type * as vscode from "vscode";

export type VSCode = typeof vscode;

export type {
  CancellationToken,
  CodeAction,
  CodeActionProvider,
  CodeLens,
  CodeLensProvider,
  Command,
  DataTransfer,
  DecorationOptions,
  Diagnostic,
  DiagnosticCollection,
  Disposable as VSCodeDisposable,
  DocumentDropEdit,
  DocumentDropEditProvider,
  Event,
  EventEmitter,
  ExtensionContext,
  GlobalEnvironmentVariableCollection,
  Hover,
  HoverProvider,
  InlayHint,
  InlayHintsProvider,
  LogOutputChannel,
  MarkdownString,
  Memento,
  Position,
  Progress,
  ProviderResult,
  QuickPickItem,
  Range,
  StatusBarItem,
  Task,
  TaskProvider,
  TextDocument,
  TextDocumentContentChangeEvent,
  TextDocumentContentProvider,
  TextEditor,
  TextEditorDecorationType,
  ThemeIcon,
  TreeDataProvider,
  TreeDragAndDropController,
  TreeItem,
  TreeView,
  Uri,
  WorkspaceFolder,
} from "vscode";
