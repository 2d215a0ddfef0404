/**
 * What the Python SDK's functions and classes can be given, read from the SDK's own text: its signatures and the `Args:` of
 * its docstrings are the one place where options are described.
 */
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import type { LoadedGrammar, Node, Tree } from "./grammars";
import { parametersOf } from "./python";
import { field, literalText } from "./syntax";

export interface SignatureParameter {
  readonly name: string;
  /** As written; null without one. */
  readonly annotation: string | null;
  readonly default: string | null;
  readonly doc: string | null;
}

export interface Signature {
  /** The first sentence of its docstring. */
  readonly doc: string;
  readonly parameters: readonly SignatureParameter[];
}

/** What has a signature here; `step.configure` is what `configure` and `with_options` of a step take. */
export const signed = [
  "step",
  "pipeline",
  "step.configure",
  "pipeline.configure",
  "Model",
  "ArtifactConfig",
  "ExternalArtifact",
  "StepRetryConfig",
  "CachePolicy",
] as const;
export type Signed = (typeof signed)[number];

interface Place {
  readonly file: string;
  /** A function or class, or a class and its method. */
  readonly path: readonly [string, string?];
  /** Another one that describes the parameters that this one doesn't. */
  readonly docs?: Signed;
}

const places: Readonly<Record<Signed, Place>> = {
  step: { file: "steps/step_decorator.py", path: ["step"] },
  pipeline: { file: "pipelines/pipeline_decorator.py", path: ["pipeline"] },
  "step.configure": { file: "steps/base_step.py", path: ["BaseStep", "configure"], docs: "step" },
  "pipeline.configure": {
    file: "pipelines/pipeline_definition.py",
    path: ["Pipeline", "configure"],
    docs: "pipeline",
  },
  Model: { file: "model.py", path: ["Model"] },
  ArtifactConfig: { file: "artifacts/artifact_config.py", path: ["ArtifactConfig"] },
  ExternalArtifact: { file: "artifacts/external_artifact.py", path: ["ExternalArtifact"] },
  StepRetryConfig: { file: "config/retry_config.py", path: ["StepRetryConfig"] },
  CachePolicy: { file: "config/cache_policy.py", path: ["CachePolicy"] },
};
const ENUMERATIONS = "enums.py";

export class Signatures {
  private readonly known = new Map<Signed, Signature>();
  private readonly enumerations = new Map<string, readonly string[]>();
  private loading: Promise<void> | null = null;

  constructor(
    private readonly grammar: () => Promise<LoadedGrammar>,
    /** The folder of the package `headrace`. */
    private readonly sdk: string,
  ) {}

  /** Null until `load` has read it. */
  of(name: Signed): Signature | null {
    return this.known.get(name) ?? null;
  }

  /** The values of an enumeration such as `ModelStages`; none when there is no such one. */
  values(enumeration: string): readonly string[] {
    return this.enumerations.get(enumeration) ?? [];
  }

  load(): Promise<void> {
    return (this.loading ??= this.read().catch((error: unknown) => {
      this.loading = null;
      throw error;
    }));
  }

  private async read(): Promise<void> {
    const grammar = await this.grammar();
    for (const name of signed) {
      const { file, path: names, docs } = places[name];
      const found = await this.within(grammar, file, (root) => signatureIn(grammar, root, names));
      if (found === null) continue;
      const others = docs === undefined ? [] : (this.known.get(docs)?.parameters ?? []);
      const parameters = found.parameters.map((parameter) => ({
        ...parameter,
        doc: parameter.doc ?? others.find((other) => other.name === parameter.name)?.doc ?? null,
      }));
      this.known.set(name, { ...found, parameters });
    }
    await this.within(grammar, ENUMERATIONS, (root) => {
      for (const node of classesIn(grammar, root)) {
        this.enumerations.set(field(node, "name")?.text ?? "", membersOf(node));
      }
    });
  }

  private async within<T>(grammar: LoadedGrammar, file: string, act: (root: Node) => T): Promise<T> {
    const text = await readFile(path.join(this.sdk, ...file.split("/")), "utf8");
    const tree: Tree | null = grammar.parse(text, null);
    if (tree === null) throw new Error(`${file} could not be parsed.`);
    try {
      return act(tree.rootNode);
    } finally {
      tree.delete();
    }
  }
}

function classesIn(grammar: LoadedGrammar, root: Node): readonly Node[] {
  return grammar.find("(class_definition) @class", root);
}

function signatureIn(
  grammar: LoadedGrammar,
  root: Node,
  [name, method]: readonly [string, string?],
): Signature | null {
  const isNamed = (node: Node): boolean => field(node, "name")?.text === name;
  const holder = classesIn(grammar, root).find(isNamed);
  // Overloads stand before what they are of.
  const target =
    holder === undefined
      ? grammar.find("(module (function_definition) @function)", root).findLast(isNamed)
      : method === undefined
        ? holder
        : methodOf(holder, method);
  if (target === undefined) return null;
  const docs = docsOf(field(target, "body"));
  const list = target.type === "class_definition" ? methodOf(target, "__init__") : target;
  const written = list === undefined ? fieldsOf(target) : parametersOf(field(list, "parameters"));
  return {
    doc: docs.summary,
    parameters: written
      .filter((parameter) => parameter.name !== "self" && !parameter.name.startsWith("_"))
      .map((parameter) => ({ ...parameter, doc: docs.parameters.get(parameter.name) ?? null })),
  };
}

function methodOf(holder: Node, name: string): Node | undefined {
  return statementsOf(holder).find(
    (node) => node.type === "function_definition" && field(node, "name")?.text === name,
  );
}

function statementsOf(holder: Node): readonly Node[] {
  return (field(holder, "body")?.namedChildren ?? []).map((node) =>
    node.type === "decorated_definition" ? (field(node, "definition") ?? node) : node,
  );
}

function assignmentsOf(holder: Node): readonly Node[] {
  return statementsOf(holder).flatMap((node) => {
    const inner = node.type === "expression_statement" ? node.firstNamedChild : node;
    return inner?.type === "assignment" ? [inner] : [];
  });
}

/** Of a data class. */
function fieldsOf(holder: Node): readonly Omit<SignatureParameter, "doc">[] {
  return assignmentsOf(holder).flatMap((node) => {
    const annotation = field(node, "type")?.text ?? null;
    const name = field(node, "left")?.text ?? "";
    return annotation === null ? [] : [{ name, annotation, default: field(node, "right")?.text ?? null }];
  });
}

/** The values of an enumeration's members. */
function membersOf(holder: Node): readonly string[] {
  return assignmentsOf(holder).flatMap((node) => literalText(field(node, "right")) ?? []);
}

interface Docs {
  readonly summary: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function docsOf(body: Node | null): Docs {
  const first = body?.firstNamedChild;
  const text = (first?.type === "expression_statement" ? literalText(first.firstNamedChild) : null) ?? "";
  const lines = plain(text).split("\n");
  const from = lines.findIndex((line) => line.trim() === "Args:");
  const parameters = new Map<string, string>();
  let last = "";
  for (const line of from === -1 ? [] : lines.slice(from + 1)) {
    if (line.trim() === "") break;
    const entry = /^\s+(\w+): (.*)$/.exec(line);
    if (entry !== null) last = entry[1] ?? "";
    const before = parameters.get(last);
    const said = entry?.[2] ?? line.trim();
    parameters.set(last, before === undefined || entry !== null ? said : `${before} ${said}`);
  }
  return { summary: lines[0]?.trim() ?? "", parameters };
}

/** Markdown, from what Sphinx reads. */
function plain(docstring: string): string {
  return docstring.replace(/:\w+:`/g, "`").replace(/``/g, "`");
}
