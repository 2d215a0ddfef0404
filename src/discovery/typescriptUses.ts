/** The names of artifacts in a TypeScript file: what its steps make, what it saves, and what it looks up. */
import type { DiscoveredFile, Mention } from "./model";
import type { LoadedGrammar, Node } from "./grammars";
import { field, literalText, spanOf } from "./syntax";

/** `output: "model"`, `output: { name: "model" }`, `outputs: ["train", "test"]`, `outputs: { train: {…} }`. */
export function outputNames(args: readonly Node[]): readonly string[] {
  for (const pair of args
    .filter((node) => node.type === "object")
    .flatMap((object) => object.namedChildren)) {
    const key = field(pair, "key")?.text;
    const value = field(pair, "value");
    if (value === null || (key !== "output" && key !== "outputs")) continue;
    if (value.type === "string") return [literalText(value) ?? "output"];
    if (value.type === "array") return value.namedChildren.flatMap((item) => literalText(item) ?? []);
    if (value.type !== "object") continue;
    const named = value.namedChildren.flatMap((inner) => {
      const name = field(inner, "key");
      if (key === "outputs") return name === null ? [] : [literalText(name) ?? name.text];
      return name?.text === "name" ? (literalText(field(inner, "value")) ?? []) : [];
    });
    return named;
  }
  return ["output"];
}

type Uses = Pick<DiscoveredFile, "lookups" | "saved">;

/** `oursOf` gives the SDK's own name of what is called, or null. */
export function usesOf(grammar: LoadedGrammar, root: Node, oursOf: (callee: string) => string | null): Uses {
  const lookups: Mention[] = [];
  const saved: string[] = [];
  for (const call of grammar.find("(call_expression) @call", root)) {
    const callee = field(call, "function");
    const args = (field(call, "arguments")?.namedChildren ?? []).filter((node) => node.type !== "comment");
    const [first, second] = args;
    if (callee === null || first === undefined) continue;
    const ours = oursOf(callee.text);
    if (ours === "saveArtifact" && second !== undefined) saved.push(literalText(second) ?? "");
    const name = ours === "loadArtifact" || isLookup(callee, oursOf) ? literalText(first) : null;
    if (name !== null) lookups.push({ name, span: spanOf(first) });
  }
  return { lookups, saved: saved.filter((name) => name !== "") };
}

/** `new Client().getArtifactVersion`, where `Client` is ours. */
function isLookup(callee: Node, oursOf: (callee: string) => string | null): boolean {
  if (callee.type !== "member_expression") return false;
  if (field(callee, "property")?.text !== "getArtifactVersion") return false;
  const made = field(callee, "object");
  const type = made?.type === "new_expression" ? field(made, "constructor") : null;
  return type !== null && oursOf(type.text) === "Client";
}
