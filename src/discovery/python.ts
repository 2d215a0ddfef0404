/** Finds `@pipeline` and `@step` in Python text. */
import { BodyReader } from "./pythonCalls";
import { PythonImports } from "./pythonImports";
import { PythonNames } from "./pythonNames";
import { outputsOf } from "./pythonTypes";
import type {
  DiscoveredFile,
  DiscoveredParameter,
  DiscoveredPipeline,
  DiscoveredStep,
  GivenOption,
  Mention,
  Span,
} from "./model";
import type { LoadedGrammar, Node, Tree } from "./grammars";
import { usesOf } from "./pythonUses";
import { field, lineOf, literalText, spanOf } from "./syntax";

/** Text without one of these words holds nothing for us and needs no parse. */
const prefilter = /\b(zenml|headrace)\b/;

export function mayHoldPython(text: string): boolean {
  return prefilter.test(text);
}

const builtins = new Set(
  (
    "abs all any bool bytes callable dict dir divmod enumerate filter float format frozenset getattr hasattr hash id " +
    "input int isinstance issubclass iter len list map max min next object open ord pow print range repr reversed round " +
    "set setattr slice sorted str sum super tuple type vars zip " +
    // Rare ones, which hold no steps either.
    "aiter anext ascii bin breakpoint bytearray chr classmethod compile complex delattr eval exec exit globals help hex " +
    "locals memoryview oct property quit staticmethod __import__"
  ).split(" "),
);

/** Libraries that surely hold no steps: their functions are plain helpers in a pipeline's body. */
const plainModules = new Set(
  (
    "os sys json math random logging datetime time pathlib re typing typing_extensions collections itertools functools " +
    "uuid copy string warnings argparse dataclasses enum numpy pandas sklearn torch scipy tensorflow xgboost yaml"
  ).split(" "),
);

interface Definition {
  readonly node: Node;
  /** The function or class below the decorators. */
  readonly target: Node;
  readonly kind: "pipeline" | "step";
  /** Arguments of the decorator. */
  readonly options: Node | null;
}

export function extractPython(grammar: LoadedGrammar, tree: Tree, file: string): DiscoveredFile {
  return new PythonFile(grammar, tree.rootNode, file).read();
}

class PythonFile {
  private readonly imports: PythonImports;
  private known: PythonNames | null = null;
  private steps: readonly DiscoveredStep[] = [];
  /** Function that returns a step defined in it → that step's name. */
  private readonly factories = new Map<string, string>();
  private readonly plainFunctions = new Set<string>();
  /** Names of class-based steps. */
  private readonly classes = new Set<string>();

  constructor(
    private readonly grammar: LoadedGrammar,
    private readonly root: Node,
    private readonly file: string,
  ) {
    this.imports = new PythonImports(grammar, root);
  }

  read(): DiscoveredFile {
    const definitions = this.definitions();
    const steps = definitions.filter((found) => found.kind === "step");
    this.steps = [...steps.map((found) => this.step(found)), ...this.classSteps()].sort(
      (a, b) => a.line - b.line,
    );
    this.findFactories(steps);
    return {
      file: this.file,
      language: "python",
      pipelines: definitions
        .filter((found) => found.kind === "pipeline")
        .map((found) => this.pipeline(found)),
      steps: this.steps,
      imports: this.imports.names,
      sdkImport: this.imports.sdk,
      options: definitions.flatMap(optionsOf),
      ...usesOf(this.grammar, this.root, this.imports, new Set(steps.map((found) => nameOf(found.target)))),
      broken: this.root.hasError,
    };
  }

  private definitions(): Definition[] {
    const found: Definition[] = [];
    for (const node of this.grammar.find("(decorated_definition) @definition", this.root)) {
      const target = field(node, "definition");
      if (target === null) continue;
      for (const decorator of node.namedChildren.filter((child) => child.type === "decorator")) {
        const expression = decorator.firstNamedChild;
        const call = expression?.type === "call" ? expression : null;
        const name = (call === null ? expression : field(call, "function"))?.text ?? "";
        const kind = (["pipeline", "step"] as const).find((word) => this.imports.isOurs(name, word));
        if (kind === undefined) continue;
        found.push({ node, target, kind, options: call === null ? null : field(call, "arguments") });
        break;
      }
    }
    return found;
  }

  private common({
    node,
    target,
    options,
  }: Omit<Definition, "kind">): Omit<DiscoveredStep, "kind" | "returns" | "outputs" | "outputCount"> {
    const nameNode = field(target, "name") ?? target;
    return {
      language: "python",
      file: this.file,
      functionName: nameNode.text,
      name: literalText(optionOf(options, "name")) ?? nameNode.text,
      span: spanOf(node),
      line: lineOf(nameNode),
      nameSpan: spanOf(nameNode),
      parameters: parametersOf(field(target, "parameters")),
      docstring: docstringOf(field(target, "body")),
    };
  }

  private step(definition: Definition): DiscoveredStep {
    const returns = field(definition.target, "return_type")?.text ?? null;
    const outputs = outputsOf(returns);
    return {
      kind: "step",
      ...this.common(definition),
      returns,
      outputs: outputs.names,
      outputCount: outputs.count,
    };
  }

  /** `class Trainer(BaseStep)` with its `entrypoint`. */
  private classSteps(): DiscoveredStep[] {
    const pattern = "(class_definition superclasses: (argument_list)) @class";
    return this.grammar.find(pattern, this.root).flatMap((node) => {
      const bases = field(node, "superclasses")?.namedChildren ?? [];
      if (!bases.some((base) => this.imports.isOurs(base.text, "BaseStep"))) return [];
      const body = field(node, "body");
      const entrypoint = body?.namedChildren
        .map((child) => (child.type === "decorated_definition" ? field(child, "definition") : child))
        .find(
          (child) => child?.type === "function_definition" && field(child, "name")?.text === "entrypoint",
        );
      const returns = entrypoint == null ? null : (field(entrypoint, "return_type")?.text ?? null);
      const outputs = outputsOf(returns);
      const parameters = entrypoint == null ? null : field(entrypoint, "parameters");
      this.classes.add(field(node, "name")?.text ?? "");
      return [
        {
          kind: "step",
          ...this.common({ node, target: node, options: null }),
          parameters: parametersOf(parameters).filter((parameter) => parameter.name !== "self"),
          returns,
          outputs: outputs.names,
          outputCount: outputs.count,
        },
      ];
    });
  }

  private findFactories(steps: readonly Definition[]): void {
    const taken = new Set(this.steps.map((step) => step.functionName));
    for (const node of this.grammar.find("(module (function_definition) @function)", this.root)) {
      const name = field(node, "name")?.text ?? "";
      if (!taken.has(name)) this.plainFunctions.add(name);
      const inner = steps.find(
        (step) => step.node.startIndex > node.startIndex && step.node.endIndex <= node.endIndex,
      );
      if (inner !== undefined) this.factories.set(name, this.common(inner).name);
    }
  }

  private pipeline(definition: Definition): DiscoveredPipeline {
    const common = this.common(definition);
    const body = field(definition.target, "body");
    const reader = new BodyReader(
      {
        classify: (callee) => this.classify(callee),
        resolve: (dotted) => this.imports.resolve(dotted),
        isRead: (name) => body !== null && this.names.isRead(name, body),
      },
      common.parameters.map((parameter) => parameter.name),
    );
    return {
      kind: "pipeline",
      ...common,
      calls: body === null ? [] : reader.read(body),
      givenName: literalSpan(optionOf(definition.options, "name")),
      undefinedCalls: body === null ? [] : this.undefinedCalls(body),
      isOpaque: optionOf(definition.options, "dynamic") !== null || (body !== null && this.callsOthers(body)),
    };
  }

  /** Most files need it never: it is made when it is first asked. */
  private get names(): PythonNames {
    return (this.known ??= new PythonNames(this.grammar, this.root));
  }

  private undefinedCalls(body: Node): readonly Mention[] {
    if (this.imports.hasStars) return [];
    return this.grammar.find("(call function: (identifier) @callee)", body).flatMap((callee) => {
      const { text: name } = callee;
      const isKnown =
        builtins.has(name) ||
        // Exceptions and other classes, which are no steps.
        /^[A-Z]/.test(name) ||
        this.classify(name).what !== "other" ||
        this.imports.names.has(name);
      return isKnown || this.names.isBound(name) ? [] : [{ name, span: spanOf(callee) }];
    });
  }

  /** Calls something that may itself call steps. */
  private callsOthers(body: Node): boolean {
    return this.grammar.find("(call) @call", body).some((call) => {
      const callee = field(call, "function")?.text ?? "";
      return !builtins.has(callee) && this.classify(callee).what === "other";
    });
  }

  private classify(callee: string): { what: "step" | "maybe" | "factory" | "other"; step: string } {
    const last = callee.split(".").at(-1) ?? callee;
    const own = this.steps.find((step) => step.functionName === callee);
    if (own !== undefined) {
      // A class is called to make the step, and the step is called then.
      return { what: this.classes.has(callee) ? "factory" : "step", step: own.name };
    }
    const made = this.factories.get(callee);
    if (made !== undefined) return { what: "factory", step: made };
    if (builtins.has(callee) || this.plainFunctions.has(callee) || !/^[\w.]+$/.test(callee)) {
      return { what: "other", step: last };
    }
    const resolved = this.imports.resolve(callee);
    if (resolved === null) return { what: "other", step: last };
    const library = resolved.split(".")[0] ?? "";
    if (library === "zenml" || library === "headrace" || plainModules.has(library))
      return { what: "other", step: last };
    return { what: "maybe", step: resolved.split(".").at(-1) ?? last };
  }
}

function nameOf(definition: Node): string {
  return field(definition, "name")?.text ?? "";
}

function literalSpan(node: Node | null): Span | null {
  return node === null || literalText(node) === null ? null : spanOf(node);
}

function optionsOf({ kind, options }: Definition): readonly GivenOption[] {
  return (options?.namedChildren ?? []).flatMap((argument) => {
    const name = argument.type === "keyword_argument" ? field(argument, "name") : null;
    return name === null ? [] : [{ of: kind, name: name.text, span: spanOf(name) }];
  });
}

function optionOf(options: Node | null, name: string): Node | null {
  const argument = options?.namedChildren.find(
    (child) => child.type === "keyword_argument" && field(child, "name")?.text === name,
  );
  return argument === undefined ? null : field(argument, "value");
}

export function parametersOf(list: Node | null): DiscoveredParameter[] {
  return (list?.namedChildren ?? []).flatMap((node) => {
    if (node.type === "identifier") return [{ name: node.text, annotation: null, default: null }];
    if (!["default_parameter", "typed_parameter", "typed_default_parameter"].includes(node.type)) return [];
    const name = field(node, "name") ?? node.firstNamedChild;
    if (name?.type !== "identifier") return [];
    const annotation = field(node, "type")?.text ?? null;
    return [{ name: name.text, annotation, default: field(node, "value")?.text ?? null }];
  });
}

function docstringOf(body: Node | null): string | null {
  const first = body?.firstNamedChild;
  const text = first?.type === "expression_statement" ? literalText(first.firstNamedChild) : null;
  return text === null ? null : text.trim();
}
