/**
 * Loads and activates the packed extension once, in a process of its own, and prints how long that took. The editor's API is
 * a stand-in that takes every call and does nothing: what is measured is ours.
 */
import Module from "node:module";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A function, so that it can be called, constructed and extended. */
function target(): void {
  return;
}

const nothing: unknown = new Proxy(target, {
  get: (own, name) => {
    if (name === "then" || name === "dispose") return name === "then" ? undefined : () => undefined;
    if (name === Symbol.iterator) return [][Symbol.iterator].bind([]);
    if (name === Symbol.toPrimitive) return () => "";
    if (name === "prototype") return own.prototype as unknown;
    if (name === "workspaceFolders" || name === "textDocuments" || name === "visibleTextEditors") return [];
    return nothing;
  },
  set: () => true,
  apply: () => nothing,
  construct: () => nothing as object,
});

/** What the bundle copies names from, once. */
const NAMES =
  "window workspace commands languages l10n env extensions tasks debug Uri EventEmitter Disposable TreeItem ThemeIcon " +
  "ThemeColor CodeActionKind TreeItemCollapsibleState StatusBarAlignment ProgressLocation ConfigurationTarget " +
  "RelativePattern MarkdownString ViewColumn OverviewRulerLane DecorationRangeBehavior LogLevel Range Position";
const api = Object.fromEntries(NAMES.split(" ").map((name) => [name, nothing]));

interface Loader {
  _load(request: string, ...rest: unknown[]): unknown;
}

function main(root: string): void {
  const loader = Module as unknown as Loader;
  const load = loader._load.bind(loader);
  loader._load = (request, ...rest) => (request === "vscode" ? api : load(request, ...rest));
  const place = mkdtempSync(path.join(tmpdir(), "headrace-activation-"));
  const started = performance.now();
  const extension = load(path.join(root, "dist/extension.js"), module, false) as {
    activate(context: object): unknown;
  };
  extension.activate(
    new Proxy(
      {
        subscriptions: [],
        extensionPath: root,
        globalStorageUri: { fsPath: place },
        extension: { packageJSON: { version: "0" } },
      },
      { get: (known: Record<string | symbol, unknown>, name) => (name in known ? known[name] : nothing) },
    ),
  );
  console.log(performance.now() - started);
  process.exit(0);
}

main(process.argv[2] ?? "");
