/** Arguments in a pipeline's body that surely have no JSON form, and so can't be recorded as parameters of a step. */
import type { UnfitArgument } from "./model";
import type { Node } from "./grammars";
import { field, spanOf } from "./syntax";

export interface UnfitContext {
  /** `np.zeros` → `numpy.zeros`; null when its first name was not imported. */
  readonly resolve: (dotted: string) => string | null;
  /** Names that stand for such an object → what made it. */
  readonly objects: ReadonlyMap<string, string>;
  /** Names of the pipeline's function. */
  readonly locals: (name: string) => boolean;
}

/** Functions of well-known libraries that make arrays, tables and other objects, whatever they are given. */
const makers = new RegExp(
  [
    "numpy\\.(array|asarray|zeros|ones|full|empty|arange|linspace|eye|load|loadtxt|random\\.(default_rng|RandomState))",
    "pandas\\.(DataFrame|Series|concat|date_range|read_\\w+)",
    "polars\\.(DataFrame|Series|concat|read_\\w+)",
    "torch\\.(tensor|zeros|ones|rand|randn|load)",
    "sklearn\\.datasets\\.(load|fetch|make)_\\w+",
    // Estimators: a class of any module of scikit-learn.
    "sklearn(\\.\\w+)+\\.[A-Z]\\w*",
  ]
    .map((one) => `^${one}$`)
    .join("|"),
);
const containers = new Set(["list", "tuple", "dictionary", "pair", "parenthesized_expression"]);

/** What makes the object that an expression stands for; null where it may be anything. */
export function madeBy(value: Node, { resolve, objects }: UnfitContext): string | null {
  if (value.type === "identifier") return objects.get(value.text) ?? null;
  const callee = value.type === "call" ? field(value, "function") : null;
  const meant = callee === null ? null : resolve(callee.text);
  return callee !== null && meant !== null && makers.test(meant) ? callee.text : null;
}

/** The argument itself, and what is in it where it is a container. */
export function unfitIn(value: Node, context: UnfitContext, isWhole = true): readonly UnfitArgument[] {
  const found = { span: spanOf(value), text: value.text, isWhole, lambda: null };
  if (value.type === "lambda") return [{ ...found, what: "function", lambda: lambdaOf(value, context) }];
  if (value.type === "generator_expression") {
    return [{ ...found, ...(value.parent?.type === "call" ? inBrackets(value) : {}), what: "generator" }];
  }
  const made = madeBy(value, context);
  if (made !== null) return [{ ...found, what: "object", text: value.text, made }];
  if (!containers.has(value.type)) return [];
  return value.namedChildren.flatMap((part) => unfitIn(part, context, false));
}

/** The brackets of `fit(row for row in rows)` are the call's. */
function inBrackets(generator: Node): Pick<UnfitArgument, "span" | "text"> {
  const { column, endColumn, ...lines } = spanOf(generator);
  const span = { ...lines, column: column + 1, endColumn: endColumn - 1 };
  return { span, text: generator.text.slice(1, -1) };
}

/** Its parts, where it would mean the same outside of the function that it stands in. */
function lambdaOf(lambda: Node, { locals }: UnfitContext): UnfitArgument["lambda"] {
  const parameters = field(lambda, "parameters");
  const body = field(lambda, "body");
  if (body === null) return null;
  const own = new Set(parameters?.descendantsOfType("identifier").map((name) => name.text));
  const isBound = body
    .descendantsOfType("identifier")
    .some((name) => !own.has(name.text) && locals(name.text));
  return isBound ? null : { parameters: parameters?.text ?? "", body: body.text };
}
