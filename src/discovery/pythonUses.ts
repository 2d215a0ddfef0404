/** What a Python file does with steps and artifacts outside of pipelines and steps' outputs. */
import type { DiscoveredFile, Mention, Span, Stray } from "./model";
import type { LoadedGrammar, Node } from "./grammars";
import { isOurModule, type PythonImports } from "./pythonImports";
import { field, literalText, spanOf } from "./syntax";

type Uses = Pick<DiscoveredFile, "strays" | "lookups" | "saved">;

/** Functions that give an artifact its name, by their first argument after the data, or by `name=`. */
const savers = new Set(["save_artifact", "register_artifact", "ArtifactConfig", "ExternalArtifact"]);

export function usesOf(
  grammar: LoadedGrammar,
  root: Node,
  imports: PythonImports,
  steps: ReadonlySet<string>,
): Uses {
  const strays: Stray[] = [];
  const lookups: Mention[] = [];
  const saved: string[] = [];
  for (const call of grammar.find("(call) @call", root)) {
    const callee = field(call, "function");
    const name = callee?.text ?? "";
    if (callee === null) continue;
    if (steps.has(name) && isAtImport(call)) {
      strays.push({ name, span: spanOf(callee), statement: statementOf(call) });
    }
    const meant = imports.resolve(name) ?? "";
    if (savers.has(meant.split(".").at(-1) ?? "") && isOurModule(meant)) saved.push(...literalsIn(call));
    const literal = isLookup(callee, imports) ? nameArgument(call) : null;
    const text = literalText(literal);
    if (literal !== null && text !== null) lookups.push({ name: text, span: spanOf(literal) });
  }
  return { strays, lookups, saved };
}

/** At the top of the module, with nothing else in it. */
function statementOf(call: Node): Span | null {
  const { parent } = call;
  return parent?.type === "expression_statement" && parent.parent?.type === "module" ? spanOf(parent) : null;
}

/** Not in a function or class, and not below `if __name__ == "__main__":`, where a step may well be tried out. */
function isAtImport(call: Node): boolean {
  for (let node = call.parent; node !== null; node = node.parent) {
    if (["function_definition", "class_definition", "lambda", "decorator"].includes(node.type)) return false;
    if (node.type === "if_statement" && /__name__/.test(field(node, "condition")?.text ?? "")) return false;
  }
  return true;
}

/** `Client().get_artifact_version`, where `Client` is ours. */
function isLookup(callee: Node, imports: PythonImports): boolean {
  if (callee.type !== "attribute" || field(callee, "attribute")?.text !== "get_artifact_version")
    return false;
  const client = field(callee, "object");
  const made = client?.type === "call" ? (field(client, "function")?.text ?? "") : "";
  return imports.isOurs(made, "Client");
}

function nameArgument(call: Node): Node | null {
  const args = (field(call, "arguments")?.namedChildren ?? []).filter((node) => node.type !== "comment");
  const named = args.find(
    (node) => node.type === "keyword_argument" && /^name/.test(field(node, "name")?.text ?? ""),
  );
  if (named !== undefined) return field(named, "value");
  const [first] = args;
  return first === undefined || first.type === "keyword_argument" ? null : first;
}

function literalsIn(call: Node): readonly string[] {
  return (field(call, "arguments")?.namedChildren ?? []).flatMap((argument) => {
    const value = argument.type === "keyword_argument" ? field(argument, "value") : argument;
    return literalText(value) ?? [];
  });
}
