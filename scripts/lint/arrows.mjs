/**
 * The arrow rule of docs/ARCHITECTURE.md: a folder may import only from itself and from what is listed here.
 * Reported per import, so that an arrow that turns round breaks the build where it was drawn.
 */
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** For each layer: the layers it may import from. */
const allowed = {
  "src/core": [],
  "src/store": ["src/core"],
  "src/artifacts": ["src/core"],
  "src/runtimes": ["src/core", "src/store", "src/artifacts"],
  "src/engine": ["src/core", "src/store", "src/artifacts", "src/runtimes"],
  "src/discovery": ["src/core"],
  "src/editor": [
    "src/core",
    "src/store",
    "src/artifacts",
    "src/engine",
    "src/runtimes",
    "src/discovery",
    "src/ui",
  ],
  "src/views": [
    "src/core",
    "src/store",
    "src/artifacts",
    "src/engine",
    "src/runtimes",
    "src/discovery",
    "src/ui",
  ],
  "src/panels": [
    "src/core",
    "src/store",
    "src/artifacts",
    "src/engine",
    "src/runtimes",
    "src/discovery",
    "src/ui",
  ],
  "src/commands": [
    "src/core",
    "src/store",
    "src/artifacts",
    "src/engine",
    "src/runtimes",
    "src/discovery",
    "src/ui",
    "src/views",
    "src/panels",
    "src/editor",
  ],
  "src/ui": ["src/core", "src/store", "src/artifacts", "src/engine", "src/runtimes", "src/discovery"],
  "src/cli": ["src/core", "src/store", "src/artifacts", "src/engine", "src/runtimes", "src/discovery"],
  webview: ["src/core"],
};

/** Layers whose files may name the type `vscode`; only src/extension.ts may import its value. */
const knowVscode = ["src/editor", "src/views", "src/panels", "src/commands", "src/ui"];

function layerOf(file) {
  const relative = path.relative(root, file).split(path.sep).join("/");
  if (relative === "src/extension.ts") return "src/extension.ts";
  return Object.keys(allowed).find((layer) => relative.startsWith(`${layer}/`));
}

function isContract(file) {
  return /src\/panels\/(.+\/)?messages(\.ts)?$/.test(file.split(path.sep).join("/"));
}

export const arrows = {
  meta: {
    type: "problem",
    schema: [],
    messages: { turned: "{{from}} may not import from {{to}} (the arrow rule, docs/ARCHITECTURE.md)." },
  },
  create(context) {
    const from = layerOf(context.filename);
    if (from === undefined || from === "src/extension.ts") return {};
    const report = (node, to) => context.report({ node, messageId: "turned", data: { from, to } });
    const check = (node, typeOnly) => {
      const specifier = node.source?.value;
      if (typeof specifier !== "string") return;
      if (specifier === "vscode") {
        if (!knowVscode.includes(from) || !typeOnly) report(node, typeOnly ? "vscode" : "vscode at run time");
        return;
      }
      if (from === "src/core" && (specifier.startsWith("node:") || !specifier.startsWith("."))) {
        if (specifier !== "valibot") report(node, specifier);
        return;
      }
      if (from === "webview" && specifier.startsWith("node:")) return report(node, specifier);
      if (!specifier.startsWith(".")) return;
      const target = path.resolve(path.dirname(context.filename), specifier);
      const to =
        target === path.join(root, "src/extension")
          ? "src/extension.ts"
          : (layerOf(`${target}/x`) ?? layerOf(target));
      if (to === undefined || to === from || allowed[from].includes(to)) return;
      if (from === "webview" && isContract(target)) return;
      report(node, to);
    };
    return {
      ImportDeclaration: (node) => check(node, node.importKind === "type"),
      ExportNamedDeclaration: (node) => check(node, node.exportKind === "type"),
      ExportAllDeclaration: (node) => check(node, node.exportKind === "type"),
      ImportExpression: (node) => check(node, false),
    };
  },
};
