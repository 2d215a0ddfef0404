/** Follows the data through the body of a TypeScript pipeline: the counterpart of pythonCalls.ts. */
import type { AssignedName, CallInput, DataSource, StepCall } from "./model";
import type { Node } from "./grammars";
import { field, spanOf } from "./syntax";

type Draft = StepCall & { readonly assigned: AssignedName[] };
type Sources = readonly DataSource[];

const loops = new Set(["for_statement", "for_in_statement", "while_statement", "do_statement"]);
const conditions = new Set(["if_statement", "switch_statement", "ternary_expression", "try_statement"]);

/** `stepName` gives the step that a callee is, or null. */
export function readBody(
  body: Node,
  parameters: readonly string[],
  stepName: (callee: string) => string | null,
): readonly StepCall[] {
  const calls: Draft[] = [];
  const scope = new Map<string, Sources>(parameters.map((name) => [name, [{ kind: "parameter", name }]]));
  const used = new Map<string, number>();
  let repeated: StepCall["repeated"] = null;

  function evaluate(node: Node): Sources {
    if (loops.has(node.type)) return within("loop", node);
    if (conditions.has(node.type)) return within("condition", node);
    switch (node.type) {
      case "identifier":
      case "shorthand_property_identifier":
        return scope.get(node.text) ?? [];
      case "string":
      case "number":
      case "true":
      case "false":
        return [{ kind: "value", text: node.text }];
      case "variable_declarator":
        return declare(node);
      case "member_expression":
        return member(node);
      case "call_expression":
        return call(node);
      default:
        return all(node.namedChildren);
    }
  }

  function all(nodes: readonly Node[]): Sources {
    const sources = nodes.flatMap((node) => evaluate(node));
    return [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()];
  }

  function within(kind: StepCall["repeated"], node: Node): Sources {
    const before = repeated;
    repeated = before === "loop" ? before : kind;
    const sources = all(node.namedChildren);
    repeated = before;
    return sources;
  }

  function declare(node: Node): Sources {
    const value = field(node, "value");
    const sources = value === null ? [] : evaluate(value);
    const name = field(node, "name");
    if (name === null) return [];
    const [source] = sources;
    const whole =
      sources.length === 1 && source?.kind === "call" && source.output === null ? source.call : null;
    if (name.type === "identifier") take(name, sources, whole, null);
    else {
      name.namedChildren.forEach((target, at) => {
        const leaf = field(target, "value") ?? target;
        take(leaf, whole === null ? sources : [{ kind: "call", call: whole, output: at }], whole, at);
      });
    }
    return [];
  }

  function take(target: Node, sources: Sources, call: number | null, output: number | null): void {
    scope.set(target.text, sources);
    if (call !== null)
      calls[call]?.assigned.push({ name: target.text, output, span: spanOf(target), isRead: true });
  }

  function member(node: Node): Sources {
    const object = field(node, "object");
    return object === null ? [] : evaluate(object);
  }

  function call(node: Node): Sources {
    const callee = field(node, "function");
    const args = field(node, "arguments")?.namedChildren ?? [];
    const step = callee === null ? null : stepName(callee.text);
    if (callee === null || step === null) return all(callee === null ? args : [callee, ...args]);
    const inputs = args.flatMap((argument) => inputsOf(argument));
    const count = (used.get(step) ?? 0) + 1;
    used.set(step, count);
    calls.push({
      index: calls.length,
      callee: callee.text,
      invocation: count === 1 ? step : `${step}_${count}`,
      span: spanOf(node),
      calleeSpan: spanOf(callee),
      assigned: [],
      inputs,
      after: [],
      afterNames: [],
      afterSpan: null,
      idSpan: null,
      unpacked: null,
      unfit: [],
      repeated,
    });
    return [{ kind: "call", call: calls.length - 1, output: null }];
  }

  /** An object given to a step is its named inputs. */
  function inputsOf(argument: Node): readonly CallInput[] {
    if (argument.type !== "object") return [{ name: null, sources: evaluate(argument) }];
    return argument.namedChildren.map((pair) => ({
      name: (field(pair, "key") ?? pair).text,
      sources: evaluate(field(pair, "value") ?? pair),
    }));
  }

  evaluate(body);
  return calls;
}
