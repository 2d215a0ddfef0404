/** Where names of a Python file are bound and read, as far as its text tells. */
import type { LoadedGrammar, Node } from "./grammars";
import { field } from "./syntax";

/** Nodes all of whose names are bound by them. */
const binders = new Set([
  "import_statement",
  "import_from_statement",
  "parameters",
  "lambda_parameters",
  "as_pattern_target",
  "global_statement",
  "nonlocal_statement",
  "case_pattern",
  "type_alias_statement",
]);
/** Nodes that bind the names in one of their fields. */
const binding: Readonly<Record<string, string>> = {
  function_definition: "name",
  class_definition: "name",
  assignment: "left",
  augmented_assignment: "left",
  for_statement: "left",
  for_in_clause: "left",
  named_expression: "name",
};

/** With these any name may be read. */
const readers = ["locals", "vars", "eval", "exec"];

export class PythonNames {
  private readonly places = new Map<number, ReadonlyMap<string, readonly Node[]>>();

  constructor(
    private readonly grammar: LoadedGrammar,
    private readonly root: Node,
  ) {}

  /** Whether anything in the file gives the name a meaning, wherever that is. */
  isBound(name: string): boolean {
    return (this.namesIn(this.root).get(name) ?? []).some(isBinding);
  }

  /** Whether the value of a name is taken anywhere in the function with this body. */
  isRead(name: string, body: Node): boolean {
    const names = this.namesIn(body);
    return (names.get(name) ?? []).some(isRead) || readers.some((reader) => names.has(reader));
  }

  private namesIn(node: Node): ReadonlyMap<string, readonly Node[]> {
    const known = this.places.get(node.id);
    if (known !== undefined) return known;
    const places = new Map<string, Node[]>();
    for (const name of this.grammar.find("(identifier) @name", node)) {
      const same = places.get(name.text);
      if (same === undefined) places.set(name.text, [name]);
      else same.push(name);
    }
    this.places.set(node.id, places);
    return places;
  }
}

function isBinding(node: Node): boolean {
  for (
    let [child, parent] = [node, node.parent];
    parent !== null;
    [child, parent] = [parent, parent.parent]
  ) {
    if (binders.has(parent.type)) return true;
    const named = binding[parent.type];
    if (named !== undefined) return field(parent, named)?.id === child.id;
    // What is an object's attribute, or is in a call's brackets, is read.
    if (parent.type === "attribute" || parent.type === "call" || parent.type === "subscript") return false;
  }
  return false;
}

function isRead(node: Node): boolean {
  const { parent } = node;
  if (parent?.type === "keyword_argument" && field(parent, "name")?.id === node.id) return false;
  if (parent?.type === "attribute" && field(parent, "attribute")?.id === node.id) return false;
  return !isBinding(node);
}
