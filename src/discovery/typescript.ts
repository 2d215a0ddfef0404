/** Finds `export const x = pipeline("name", …)`, `exports.x = …` and `step(fn, …)` in TypeScript and JavaScript text. */
import type {
  DiscoveredFile,
  DiscoveredParameter,
  DiscoveredPipeline,
  DiscoveredStep,
  StepCall,
} from "./model";
import type { LoadedGrammar, Node, Tree } from "./grammars";
import { readBody } from "./typescriptCalls";
import { outputNames, usesOf } from "./typescriptUses";
import { field, lineOf, literalText, spanOf } from "./syntax";

export function mayHoldTypeScript(text: string): boolean {
  return /(?:\bfrom\s+|\brequire\s*\(\s*)["'][^"']*headrace[^"']*["']/.test(text);
}

interface Imported {
  readonly module: string;
  readonly name: string | null;
}

export function extractTypeScript(grammar: LoadedGrammar, tree: Tree, file: string): DiscoveredFile {
  const root = tree.rootNode;
  const imports = importsOf(grammar, root);
  const calls = declarations(grammar, root).flatMap(({ node, name, value }) => {
    const word = ours(imports, field(value, "function")?.text ?? "");
    return word === null ? [] : [{ node, name, value, word }];
  });
  const steps = calls
    .filter((found) => found.word !== "pipeline")
    .map((found) => (found.word === "step" ? stepOf(file, found) : pythonStepOf(file, found)));
  const pipelines = calls
    .filter((found) => found.word === "pipeline")
    .map((found) => pipelineOf(file, found, steps, imports));
  return {
    file,
    language: "node",
    pipelines,
    steps,
    imports,
    sdkImport: null,
    options: [],
    strays: [],
    ...usesOf(grammar, root, (callee) => namedOurs(imports, callee)),
    broken: root.hasError,
  };
}

interface Declaration {
  readonly node: Node;
  readonly name: Node;
  readonly value: Node;
}

function declarations(grammar: LoadedGrammar, root: Node): readonly Declaration[] {
  const variables = grammar
    .find("(variable_declarator value: (_)) @declarator", root)
    .flatMap((declarator) => {
      const name = field(declarator, "name");
      const value = callIn(field(declarator, "value"));
      if (name?.type !== "identifier" || value === null) return [];
      const declaration = declarator.parent;
      const outer = declaration?.parent?.type === "export_statement" ? declaration.parent : declaration;
      return [{ node: outer ?? declarator, name, value }];
    });
  return [...variables, ...exported(grammar, root), ...byDefault(grammar, root)].sort(
    (a, b) => a.node.startIndex - b.node.startIndex,
  );
}

/** A call, said to be of a type or not: `pipeline(…) satisfies Training`. */
function callIn(value: Node | null): Node | null {
  if (value?.type === "call_expression") return value;
  const isTyped = value?.type === "satisfies_expression" || value?.type === "as_expression";
  return isTyped ? callIn(value.firstNamedChild) : null;
}

/** `export default pipeline("training", …)`: `default` is the name that it is exported by. */
function byDefault(grammar: LoadedGrammar, root: Node): readonly Declaration[] {
  return grammar.find("(export_statement value: (_)) @statement", root).flatMap((node) => {
    const value = callIn(field(node, "value"));
    const name = node.children.find((child) => child.type === "default") ?? null;
    return value === null || name === null ? [] : [{ node, name, value }];
  });
}

/** `exports.training = pipeline(…)`, as CommonJS writes it. */
function exported(grammar: LoadedGrammar, root: Node): readonly Declaration[] {
  const pattern = "(assignment_expression left: (member_expression) right: (call_expression)) @assignment";
  return grammar.find(pattern, root).flatMap((assignment) => {
    const target = field(assignment, "left");
    const value = field(assignment, "right");
    const holder = target === null ? null : (field(target, "object")?.text ?? null);
    const name = target === null ? null : field(target, "property");
    if (name === null || value === null || !/^(module\.)?exports$/.test(holder ?? "")) return [];
    return [{ node: assignment.parent ?? assignment, name, value }];
  });
}

function importsOf(grammar: LoadedGrammar, root: Node): Map<string, Imported> {
  const names = new Map<string, Imported>();
  for (const node of grammar.find("(import_statement) @import", root)) {
    const module = literalText(field(node, "source")) ?? "";
    for (const specifier of node.descendantsOfType("import_specifier")) {
      const name = field(specifier, "name")?.text ?? "";
      names.set(field(specifier, "alias")?.text ?? name, { module, name });
    }
    for (const namespace of node.descendantsOfType("namespace_import")) {
      names.set(namespace.firstNamedChild?.text ?? "", { module, name: null });
    }
  }
  for (const [local, imported] of required(grammar, root)) names.set(local, imported);
  return names;
}

/** `const { step, pipeline: flow } = require("headrace")`, and the whole of it by one name. */
function required(grammar: LoadedGrammar, root: Node): readonly (readonly [string, Imported])[] {
  const pattern = "(variable_declarator value: (call_expression)) @declarator";
  return grammar.find(pattern, root).flatMap((declarator): readonly (readonly [string, Imported])[] => {
    const call = field(declarator, "value");
    const target = field(declarator, "name");
    if (call === null || target === null || field(call, "function")?.text !== "require") return [];
    const module = literalText(argumentsOf(call)[0] ?? null);
    if (module === null) return [];
    if (target.type === "identifier") return [[target.text, { module, name: null }]];
    return target.namedChildren.flatMap((part) => {
      const name = field(part, "key")?.text ?? part.text;
      const local = part.type === "pair_pattern" ? field(part, "value") : part;
      const isPlain = local?.type === "identifier" || part.type === "shorthand_property_identifier_pattern";
      return isPlain && local !== null ? [[local.text, { module, name }] as const] : [];
    });
  });
}

type Word = "pipeline" | "step" | "pythonStep";

/** What a callee is called in the SDK, aliases and `headrace.step` included; null for what isn't its. */
function namedOurs(imports: ReadonlyMap<string, Imported>, callee: string): string | null {
  const [first = "", second] = callee.split(".");
  const imported = imports.get(first);
  if (imported === undefined || !imported.module.includes("headrace")) return null;
  return imported.name ?? second ?? null;
}

function ours(imports: ReadonlyMap<string, Imported>, callee: string): Word | null {
  const word = namedOurs(imports, callee);
  return word === "pipeline" || word === "step" || word === "pythonStep" ? word : null;
}

function argumentsOf(value: Node): readonly Node[] {
  return (field(value, "arguments")?.namedChildren ?? []).filter((node) => node.type !== "comment");
}

function functionIn(args: readonly Node[]): Node | null {
  return args.find((node) => ["arrow_function", "function_expression"].includes(node.type)) ?? null;
}

/** The literal that names it: `{ name: "…" }`, else the first argument that is a text. */
function nameNode(args: readonly Node[]): Node | null {
  for (const object of args.filter((node) => node.type === "object")) {
    for (const pair of object.namedChildren) {
      if (field(pair, "key")?.text === "name") return field(pair, "value");
    }
  }
  return args.find((node) => node.type === "string") ?? null;
}

function common(file: string, { node, name, value }: Declaration) {
  const args = argumentsOf(value);
  const comment = node.previousNamedSibling;
  return {
    language: "node" as const,
    file,
    functionName: name.text,
    name: literalText(nameNode(args)) ?? name.text,
    span: spanOf(node),
    line: lineOf(name),
    nameSpan: spanOf(name),
    parameters: parametersOf(functionIn(args)),
    docstring: comment?.type === "comment" && comment.text.startsWith("/**") ? docText(comment.text) : null,
  };
}

function docText(comment: string): string {
  return comment
    .slice(3, -2)
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, ""))
    .join("\n")
    .trim();
}

function parametersOf(body: Node | null): DiscoveredParameter[] {
  const list = body === null ? null : field(body, "parameters");
  return (list?.namedChildren ?? []).flatMap((node) => {
    const pattern = field(node, "pattern");
    const annotation = field(node, "type")?.text.replace(/^:\s*/, "") ?? null;
    if (pattern?.type === "identifier") {
      return [{ name: pattern.text, annotation, default: field(node, "value")?.text ?? null }];
    }
    return pattern?.type === "object_pattern" ? objectParameters(pattern) : [];
  });
}

/** `({ lr = 0.1, epochs }) => …` takes named parameters. */
function objectParameters(pattern: Node): DiscoveredParameter[] {
  return pattern.namedChildren.flatMap((node) => {
    if (node.type === "shorthand_property_identifier_pattern") {
      return [{ name: node.text, annotation: null, default: null }];
    }
    if (node.type !== "object_assignment_pattern") return [];
    const name = field(node, "left")?.text ?? "";
    return [{ name, annotation: null, default: field(node, "right")?.text ?? null }];
  });
}

function stepOf(file: string, found: Declaration): DiscoveredStep {
  const body = functionIn(argumentsOf(found.value));
  const returns = (body === null ? null : field(body, "return_type"))?.text.replace(/^:\s*/, "") ?? null;
  return {
    kind: "step",
    ...common(file, found),
    returns,
    outputs: outputNames(argumentsOf(found.value)),
    outputCount: null,
  };
}

/** `pythonStep("steps/train.py:train_model")` is called like the function that it names. */
function pythonStepOf(file: string, found: Declaration): DiscoveredStep {
  const step = stepOf(file, found);
  const named = argumentsOf(found.value).some(
    (node) => node.type === "object" && /\bname\s*:/.test(node.text),
  );
  return named ? step : { ...step, name: step.name.split(":").at(-1) ?? step.name };
}

function pipelineOf(
  file: string,
  found: Declaration,
  steps: readonly DiscoveredStep[],
  imports: ReadonlyMap<string, Imported>,
): DiscoveredPipeline {
  const shared = common(file, found);
  const fn = functionIn(argumentsOf(found.value));
  const body = fn === null ? null : field(fn, "body");
  const known = (callee: string): string | null => {
    const own = steps.find((step) => step.functionName === callee);
    if (own !== undefined) return own.name;
    const imported = imports.get(callee.split(".")[0] ?? "");
    return imported?.module.startsWith(".") === true ? (callee.split(".").at(-1) ?? callee) : null;
  };
  const parameters = shared.parameters.map((parameter) => parameter.name);
  const calls: readonly StepCall[] = body === null ? [] : readBody(body, parameters, known);
  const given = nameNode(argumentsOf(found.value));
  const givenName = given === null ? null : spanOf(given);
  return { kind: "pipeline", ...shared, calls, givenName, undefinedCalls: [], isOpaque: true };
}
