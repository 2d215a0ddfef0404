/** Calls of `step(fn, options)` in a module's text. */
import { inside, splitAt } from "./source";
import type { Parsed, Token } from "./source";

const known = new WeakMap<Parsed, ReadonlySet<string>>();

/** `step`, and what else the module calls it: `import { step as node } from "headrace"`. */
function namesOf(source: Parsed): ReadonlySet<string> {
  const found = known.get(source) ?? new Set(["step", ...aliases(source.tokens)]);
  known.set(source, found);
  return found;
}

function aliases(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap(({ role, text }, at) =>
    role === "import" && tokens[at - 1]?.text === "as" && tokens[at - 2]?.text === "step" ? [text] : [],
  );
}

/** Where the brackets of a call of `step` open, whose callee begins at `at` (`step`, `headrace.step`); -1 where none begins. */
export function openOfStep(source: Parsed, tokens: readonly Token[], at: number): number {
  const isMember = tokens[at + 1]?.text === "." && tokens[at + 2]?.text === "step";
  if (!isMember && !namesOf(source).has(tokens[at]?.text ?? "")) return -1;
  let open = isMember ? at + 3 : at + 1;
  while (tokens[open]?.isType === true) open += 1;
  return tokens[open]?.text === "(" && tokens[at]?.role === "access" ? open : -1;
}

/** The tokens without what calls of `step` are given besides the function: options are no code (zenml-semantics §3.1). */
export function withoutOptions(source: Parsed, tokens: readonly Token[]): readonly Token[] {
  const code = tokens.filter((token) => !token.isType);
  const left: Token[] = [];
  let at = 0;
  while (at < code.length) {
    const open = openOfStep(source, code, at);
    if (open < 0) {
      left.push(...code.slice(at, at + 1));
      at += 1;
      continue;
    }
    const given = inside(code, open);
    const [fn = []] = splitAt(given, ",");
    left.push(...code.slice(at, open + 1), ...withoutOptions(source, fn));
    at = open + 1 + given.length;
  }
  return left;
}
