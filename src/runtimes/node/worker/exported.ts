/** What a module exports under names that it does not declare: `export { a as b }`, `export { c } from "./c"`, `export * from "./d"`. */
import { inside, splitAt } from "./source";
import type { Parsed, Token } from "./source";

export interface Exported {
  /** Null for all that the other module exports. */
  readonly name: string | null;
  /** The name in the module that has it; null for all of that module, as one object. */
  readonly local: string | null;
  /** The specifier of that module; null for this one. */
  readonly from: string | null;
}

const known = new WeakMap<Parsed, readonly Exported[]>();

export function exportedBy(source: Parsed): readonly Exported[] {
  const found = known.get(source) ?? read(source.tokens);
  known.set(source, found);
  return found;
}

function read(tokens: readonly Token[]): readonly Exported[] {
  return tokens.flatMap((token, at): readonly Exported[] => {
    if (token.text !== "export" || token.scope !== 0 || token.isType) return [];
    const [next, second, third] = [tokens[at + 1], tokens[at + 2], tokens[at + 3]];
    if (next?.text === "*") {
      const from = specifierAt(tokens, second?.text === "as" ? at + 4 : at + 2);
      return second?.text === "as"
        ? [{ name: third?.text ?? null, local: null, from }]
        : [{ name: null, local: null, from }];
    }
    if (next?.text !== "{") return [];
    const list = inside(tokens, at + 1);
    const from = specifierAt(tokens, at + 1 + list.length + 2);
    return splitAt(
      list.filter(({ isType }) => !isType),
      ",",
    ).flatMap(([local, as, name]) => {
      if (local === undefined) return [];
      return [{ name: (as?.text === "as" ? name : local)?.text ?? null, local: local.text, from }];
    });
  });
}

/** Of `from "./other"`. */
function specifierAt(tokens: readonly Token[], at: number): string | null {
  const [from, specifier] = [tokens[at], tokens[at + 1]];
  return from?.text === "from" && specifier !== undefined ? specifier.text.slice(1, -1) : null;
}
