/** The names that people know outputs by: the variables that a pipeline's function assigns them to. */
import type { SourceLocation } from "../../../core/errors";
import type { Invocation } from "../api/trace";
import type { Loader } from "./loader";
import { inside, splitAt } from "./source";
import type { Token } from "./source";
import { nameAt } from "./statements";

/** One for each output, in their order; null for each where the call isn't assigned like `const model = train(…)`. */
export function assignedNames(
  { step, outputs, call }: Invocation,
  loader: Loader,
): readonly (string | null)[] {
  const target = call === null ? null : targetAt(call, calleesOf(step.name, step.made[0], loader), loader);
  if (target === null) return outputs.map(() => null);
  const [first] = target;
  if (first?.text !== "{" && first?.text !== "[") {
    return outputs.map(() => (step.severalOutputs ? null : (first?.text ?? null)));
  }
  if (!step.severalOutputs) return [null];
  const parts = splitAt(inside(target, 0), ",");
  if (first.text === "[") return outputs.map((_output, at) => parts[at]?.[0]?.text ?? null);
  // `{ train }` or `{ train: rows }`.
  return outputs.map(({ output }) => {
    const part = parts.find(([key]) => key?.text === output);
    const [key, colon, local] = part ?? [];
    return (colon?.text === ":" ? local : key)?.text ?? null;
  });
}

/** What the step may be called where it is called: its variable's name, and its own. */
function calleesOf(name: string, made: SourceLocation | undefined, loader: Loader): ReadonlySet<string> {
  const module = made === undefined ? undefined : loader.module(made.file);
  const variable = module === undefined || made === undefined ? null : nameAt(module.source, made.line);
  return new Set(variable === null ? [name] : [name, variable]);
}

/** The tokens before the `=` of an assignment on this line, whose value is a call of the step itself: in `x = f(g())`, of `f`. */
function targetAt(
  { file, line }: SourceLocation,
  callees: ReadonlySet<string>,
  loader: Loader,
): readonly Token[] | null {
  const tokens = loader.module(file)?.source.tokens.filter((token) => !token.isType) ?? [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.text !== "=") continue;
    const value = tokens[at + 1]?.text === "await" ? at + 2 : at + 1;
    const callee = tokens[value];
    if (callee?.line === line && callees.has(callee.text)) return targetBefore(tokens, at);
  }
  return null;
}

function targetBefore(tokens: readonly Token[], equals: number): readonly Token[] {
  const last = tokens[equals - 1];
  if (last?.text !== "}" && last?.text !== "]") return last === undefined ? [] : [last];
  const opener = last.text === "}" ? "{" : "[";
  let depth = 0;
  for (let at = equals - 1; at >= 0; at -= 1) {
    const text = tokens[at]?.text;
    if (text === last.text) depth += 1;
    else if (text === opener) depth -= 1;
    if (depth === 0) return tokens.slice(at, equals);
  }
  return [];
}
