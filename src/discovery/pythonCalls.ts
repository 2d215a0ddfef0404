/**
 * Follows the data through a pipeline's body without running it: which steps are called, what they are given, and which
 * names take their results. What can't be known (loops, conditions, helpers) is told as such, never guessed away.
 */
import type { AssignedName, CallInput, DataSource, Mention, StepCall, Unpacking } from "./model";
import type { Node } from "./grammars";
import { madeBy, unfitIn, type UnfitContext } from "./pythonUnfit";
import { field, literalText, spanOf } from "./syntax";

/** How the extractor answers questions about a callee. */
export interface CalleeKnowledge {
  /** `step`: surely one. `maybe`: imported from somewhere that may define one. `factory`: its result is a step. */
  classify(callee: string): { readonly what: "step" | "maybe" | "factory" | "other"; readonly step: string };
  /** What a dotted name means by the file's imports. */
  resolve(dotted: string): string | null;
  /** Whether the body takes the value of a name anywhere. */
  isRead(name: string): boolean;
}

interface Draft {
  readonly callee: string;
  readonly invocation: string;
  readonly node: Node;
  readonly calleeNode: Node;
  readonly inputs: readonly CallInput[];
  readonly after: readonly number[];
  /** Names given to `after=` that no call before this one has. */
  readonly laterAfter: readonly string[];
  readonly afterNames: readonly Mention[];
  readonly afterNode: Node | null;
  readonly idNode: Node | null;
  readonly repeated: StepCall["repeated"];
  readonly assigned: AssignedName[];
  readonly unfit: StepCall["unfit"];
  unpacked: Unpacking | null;
}

type Sources = readonly DataSource[];

/** What a local name stands for. */
type Binding =
  { readonly kind: "data"; readonly sources: Sources } | { readonly kind: "callable"; readonly step: string };

const nested = new Set(["function_definition", "decorated_definition", "class_definition", "lambda"]);

export class BodyReader {
  private readonly calls: Draft[] = [];
  private readonly scope = new Map<string, Binding>();
  private readonly used = new Map<string, number>();
  private repeated: StepCall["repeated"] = null;
  /** Names that stand for objects without a JSON form → what made them. */
  private readonly objects = new Map<string, string>();
  private readonly unfitness: UnfitContext = {
    resolve: (dotted) => this.knowledge.resolve(dotted),
    objects: this.objects,
    locals: (name) => this.scope.has(name),
  };

  constructor(
    private readonly knowledge: CalleeKnowledge,
    parameters: readonly string[],
  ) {
    for (const name of parameters) this.bind(name, [{ kind: "parameter", name }]);
  }

  read(body: Node): readonly StepCall[] {
    this.statement(body);
    return this.calls.map(({ node, calleeNode, laterAfter, afterNode, idNode, ...call }, index) => ({
      ...call,
      index,
      after: [...call.after, ...this.indicesOf(laterAfter)],
      afterSpan: afterNode === null ? null : spanOf(afterNode),
      idSpan: idNode === null ? null : spanOf(idNode),
      span: spanOf(node),
      calleeSpan: spanOf(calleeNode),
    }));
  }

  private indicesOf(invocations: readonly string[]): readonly number[] {
    return invocations
      .map((name) => this.calls.findIndex((call) => call.invocation === name))
      .filter((index) => index >= 0);
  }

  private bind(name: string, sources: Sources): void {
    this.objects.delete(name);
    this.scope.set(name, { kind: "data", sources });
  }

  private statement(node: Node): void {
    if (nested.has(node.type)) return;
    switch (node.type) {
      case "assignment": {
        this.assignment(node);
        return;
      }
      case "for_statement": {
        this.loop(node);
        return;
      }
      case "while_statement": {
        this.within("loop", () => this.children(node));
        return;
      }
      case "if_statement":
      case "try_statement":
      case "match_statement": {
        this.within("condition", () => this.children(node));
        return;
      }
      case "block":
      case "module":
      case "ERROR":
      case "elif_clause":
      case "else_clause":
      case "except_clause":
      case "finally_clause":
      case "case_clause":
      case "with_statement":
      case "expression_statement": {
        this.children(node);
        return;
      }
      default:
        this.evaluate(node);
    }
  }

  private children(node: Node): void {
    for (const child of node.namedChildren) this.statement(child);
  }

  private within(kind: StepCall["repeated"], act: () => void): void {
    const before = this.repeated;
    this.repeated = before === "loop" ? before : kind;
    act();
    this.repeated = before;
  }

  private loop(node: Node): void {
    const right = field(node, "right");
    const sources = right === null ? [] : this.evaluate(right);
    const left = field(node, "left");
    this.within("loop", () => {
      for (const name of namesIn(left)) this.bind(name.text, sources);
      const body = field(node, "body");
      if (body !== null) this.statement(body);
    });
    const rest = field(node, "alternative");
    if (rest !== null) this.statement(rest);
  }

  private assignment(node: Node): void {
    const left = field(node, "left");
    const right = field(node, "right");
    if (left === null || right === null) return;
    if (right.type === "assignment") this.assignment(right);
    const callable = this.callableOf(right);
    if (left.type === "identifier" && callable !== null) {
      this.scope.set(left.text, { kind: "callable", step: callable });
      return;
    }
    const made = madeBy(right, this.unfitness);
    const sources = this.evaluate(right);
    this.take(left, sources);
    if (made !== null) for (const name of namesIn(left)) this.objects.set(name.text, made);
  }

  /** Gives names what was assigned to them, by place when there are several. */
  private take(left: Node, sources: Sources): void {
    const single = sources.length === 1 ? sources[0] : undefined;
    const call = single?.kind === "call" && single.output === null ? single.call : null;
    if (left.type === "identifier") {
      this.bind(left.text, sources);
      if (call !== null) this.name(call, left, null);
    } else if (
      left.type === "pattern_list" ||
      left.type === "tuple_pattern" ||
      left.type === "list_pattern"
    ) {
      const made = call === null ? undefined : this.calls[call];
      if (made !== undefined) made.unpacked = unpackingOf(left);
      left.namedChildren.forEach((target, at) => {
        const own: Sources = call === null ? sources : [{ kind: "call", call, output: at }];
        if (target.type !== "identifier") {
          this.take(target, own);
          return;
        }
        this.bind(target.text, own);
        if (call !== null) this.name(call, target, at);
      });
    } else if (left.type === "subscript" || left.type === "attribute") {
      // `collected["a"] = step()` : the container now carries that too.
      const holder = namesIn(left)[0]?.text;
      if (holder !== undefined) this.extend(holder, sources);
    }
  }

  private name(call: number, target: Node, output: number | null): void {
    const isRead = this.knowledge.isRead(target.text);
    this.calls[call]?.assigned.push({ name: target.text, output, span: spanOf(target), isRead });
  }

  private extend(name: string, sources: Sources): void {
    const binding = this.scope.get(name);
    const before = binding?.kind === "data" ? binding.sources : [];
    this.bind(name, unique([...before, ...sources]));
  }

  /** The step that an expression makes, when it is a factory, `X.with_options(…)`, or a class of steps. */
  private callableOf(node: Node): string | null {
    if (node.type === "identifier") {
      const binding = this.scope.get(node.text);
      if (binding?.kind === "callable") return binding.step;
      const { what, step } = this.knowledge.classify(node.text);
      return binding === undefined && what === "step" ? step : null;
    }
    const callee = node.type === "call" ? field(node, "function") : null;
    if (callee === null) return null;
    if (
      callee.type === "attribute" &&
      ["with_options", "configure"].includes(field(callee, "attribute")?.text ?? "")
    ) {
      const object = field(callee, "object");
      return object === null ? null : this.stepName(object);
    }
    const { what, step } = this.knowledge.classify(callee.text);
    return what === "factory" ? step : null;
  }

  /** Name of the step that `node` is, or null. */
  private stepName(node: Node): string | null {
    const made = this.callableOf(node);
    if (made !== null) return made;
    if (node.type !== "identifier" && node.type !== "attribute") return null;
    const binding = this.scope.get(node.text.split(".")[0] ?? "");
    if (binding?.kind === "callable") return binding.step;
    const { what, step } = this.knowledge.classify(node.text);
    if (binding !== undefined) return this.fromUnknownFactory(node, binding);
    return what === "step" || what === "maybe" ? step : null;
  }

  /** `train = make_step("train"); train(x)`: what a call gave is called itself, so that call was no step. */
  private fromUnknownFactory(node: Node, binding: Binding): string | null {
    const [source] = binding.kind === "data" ? binding.sources : [];
    if (node.type !== "identifier" || source?.kind !== "call" || source.output !== null) return null;
    const made = this.calls[source.call];
    return made !== undefined && made.assigned.some((name) => name.name === node.text) ? node.text : null;
  }

  /** Where the value of an expression comes from; registers the calls of steps in it. */
  private evaluate(node: Node): Sources {
    switch (node.type) {
      case "identifier": {
        const binding = this.scope.get(node.text);
        return binding?.kind === "data" ? binding.sources : [];
      }
      case "call":
        return this.call(node);
      case "attribute": {
        const object = field(node, "object");
        return object === null ? [] : this.evaluate(object);
      }
      case "keyword_argument": {
        const value = field(node, "value");
        return value === null ? [] : this.evaluate(value);
      }
      case "subscript":
        return this.subscript(node);
      case "string":
      case "integer":
      case "float":
      case "true":
      case "false":
      case "none":
        return [{ kind: "value", text: node.text }];
      case "assignment":
        this.assignment(node);
        return [];
      case "named_expression":
        return this.walrus(node);
      case "list_comprehension":
      case "set_comprehension":
      case "dictionary_comprehension":
      case "generator_expression":
        return this.comprehension(node);
      case "lambda":
        return [];
      default:
        return unique(node.namedChildren.flatMap((child) => this.evaluate(child)));
    }
  }

  private walrus(node: Node): Sources {
    const name = field(node, "name");
    const value = field(node, "value");
    const sources = value === null ? [] : this.evaluate(value);
    if (name !== null) this.take(name, sources);
    return sources;
  }

  private comprehension(node: Node): Sources {
    let sources: Sources = [];
    this.within("loop", () => {
      for (const clause of node.namedChildren.filter((child) => child.type === "for_in_clause")) {
        const right = field(clause, "right");
        const from = right === null ? [] : this.evaluate(right);
        for (const name of namesIn(field(clause, "left"))) this.bind(name.text, from);
      }
      const body = field(node, "body");
      sources = body === null ? [] : this.evaluate(body);
    });
    return sources;
  }

  private subscript(node: Node): Sources {
    const value = field(node, "value");
    if (value === null) return [];
    const sources = this.evaluate(value);
    const place = Number(field(node, "subscript")?.text ?? "");
    return sources.map((source) =>
      source.kind === "call" && source.output === null && Number.isInteger(place) && place >= 0
        ? { ...source, output: place }
        : source,
    );
  }

  private call(node: Node): Sources {
    const callee = field(node, "function");
    const args = argumentsOf(node);
    if (callee === null) return [];
    const step = this.stepName(callee);
    if (step === null) {
      const from = callee.type === "attribute" ? this.evaluate(callee) : [];
      const through = unique([...from, ...args.flatMap((argument) => this.evaluate(argument))]);
      // `results.append(step())`: the list carries it from now on.
      const holder = callee.type === "attribute" ? field(callee, "object") : null;
      if (holder?.type === "identifier" && this.scope.has(holder.text)) this.extend(holder.text, through);
      return through;
    }
    return [this.register(node, callee, step, args)];
  }

  private register(node: Node, calleeNode: Node, step: string, args: readonly Node[]): DataSource {
    const inputs: CallInput[] = [];
    const unfit: StepCall["unfit"][number][] = [];
    let after: ReturnType<BodyReader["afterOf"]> = { known: [], later: [], names: [] };
    let place = -1;
    let afterNode: Node | null = null;
    let idNode: Node | null = null;
    for (const argument of args) {
      if (argument.type === "comment") continue;
      const name = argument.type === "keyword_argument" ? (field(argument, "name")?.text ?? null) : null;
      const value = name === null ? argument : field(argument, "value");
      if (value === null) continue;
      if (name === "after") {
        after = this.afterOf(value);
        afterNode = argument;
      } else if (name === "id") idNode = value;
      else {
        if (name === null) place += 1;
        const found = unfitIn(value, this.unfitness);
        unfit.push(...found.map((one) => ({ ...one, argument: name ?? place })));
        inputs.push({ name, sources: this.evaluate(value) });
      }
    }
    const id = literalText(idNode);
    this.calls.push({
      callee: calleeNode.text,
      invocation: this.invocationOf(id ?? step, id !== null),
      node,
      calleeNode,
      inputs,
      after: after.known,
      laterAfter: after.later,
      afterNames: after.names,
      afterNode,
      idNode: id === null ? null : idNode,
      repeated: this.repeated,
      assigned: [],
      unfit,
      unpacked: null,
    });
    return { kind: "call", call: this.calls.length - 1, output: null };
  }

  private invocationOf(step: string, given: boolean): string {
    const count = (this.used.get(step) ?? 0) + 1;
    this.used.set(step, count);
    return given || count === 1 ? step : `${step}_${count}`;
  }

  /** `after="load"`, `after=["load", "clean"]`, or values of earlier calls. */
  private afterOf(value: Node): {
    readonly known: readonly number[];
    readonly later: readonly string[];
    readonly names: readonly Mention[];
  } {
    const literals =
      value.type === "string" ? [value] : value.namedChildren.filter((item) => item.type === "string");
    const mentions = literals.flatMap((item) => {
      const name = literalText(item);
      return name === null ? [] : [{ name, span: spanOf(item) }];
    });
    const names = mentions.map(({ name }) => name);
    const byName = this.indicesOf(names);
    const byValue = this.evaluate(value).flatMap((source) => (source.kind === "call" ? [source.call] : []));
    const later = names.filter((name) => !this.calls.some((call) => call.invocation === name));
    return { known: [...new Set([...byName, ...byValue])], later, names: mentions };
  }
}

function unpackingOf(left: Node): Unpacking | null {
  const targets = left.namedChildren.filter((target) => target.type !== "comment");
  if (targets.some((target) => target.type === "list_splat_pattern")) return null;
  return { span: spanOf(left), targets: targets.map((target) => target.text) };
}

/** Without brackets of its own a generator is all that is given: `fit(row for row in rows)`. */
function argumentsOf(call: Node): readonly Node[] {
  const list = field(call, "arguments");
  return list?.type === "generator_expression" ? [list] : (list?.namedChildren ?? []);
}

function namesIn(node: Node | null): readonly Node[] {
  if (node === null) return [];
  return node.type === "identifier" ? [node] : node.namedChildren.flatMap(namesIn);
}

function unique(sources: Sources): Sources {
  const seen = new Map(sources.map((source) => [JSON.stringify(source), source]));
  return [...seen.values()];
}
