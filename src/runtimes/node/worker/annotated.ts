/** What the source says that a step's function returns: annotations are gone from the function's own text. */
import type { SourceLocation } from "../../../core/errors";
import type { LoadedModule } from "./loader";
import { inside } from "./source";
import type { Token } from "./source";

/** Whether a value is returned, by the annotation of the function that the call at this place is given; null without one. */
export function annotatedReturn(module: LoadedModule, { line }: SourceLocation): boolean | null {
  const { tokens } = module.source;
  const answers = new Set<boolean>();
  tokens.forEach((token, at) => {
    if (token.line !== line || token.role !== "access" || tokens[at + 1]?.text !== "(") return;
    const answer = returnOf(tokens, at + 2) ?? declaredReturn(tokens, at + 2);
    if (answer !== null) answers.add(answer);
  });
  const [only, ...more] = answers;
  return more.length === 0 ? (only ?? null) : null;
}

/** Of a function expression that begins here. */
function returnOf(tokens: readonly Token[], from: number): boolean | null {
  let at = from;
  if (tokens[at]?.text === "async") at += 1;
  if (tokens[at]?.text === "function") {
    at += 1;
    if (tokens[at]?.text === "*") at += 1;
    if (tokens[at]?.text !== "(") at += 1;
  }
  while (tokens[at]?.isType === true) at += 1;
  if (tokens[at]?.text !== "(") return null;
  const after = tokens.slice(at + inside(tokens, at).length + 2);
  const end = after.findIndex(({ isType }) => !isType);
  const [colon, ...annotation] = after.slice(0, end).map(({ text }) => text);
  if (colon !== ":") return null;
  return !/^(Promise<)?(void|undefined)>?$/.test(annotation.join(""));
}

/** Of a function of the module that is referred to by its name. */
function declaredReturn(tokens: readonly Token[], at: number): boolean | null {
  const name = tokens[at]?.text;
  if (!/^[,)]$/.test(tokens[at + 1]?.text ?? "")) return null;
  const declared = tokens.findIndex(
    ({ text, role }, index) =>
      text === name && role === "declaration" && tokens[index - 1]?.text === "function",
  );
  return declared < 0 ? null : returnOf(tokens, declared + 1);
}
