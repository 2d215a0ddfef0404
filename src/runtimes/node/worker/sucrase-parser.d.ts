/** The part of sucrase's parser that we use; the package ships no types at this path. */
declare module "sucrase/dist/parser" {
  export interface ParsedToken {
    readonly start: number;
    readonly end: number;
    readonly scopeDepth: number;
    readonly isType: boolean;
    /** `IdentifierRole` of sucrase; null for what is no identifier in a role. */
    readonly identifierRole: number | null;
  }
  export interface ParsedScope {
    readonly startTokenIndex: number;
    readonly endTokenIndex: number;
    readonly isFunctionScope: boolean;
  }
  export function parse(
    text: string,
    jsx: boolean,
    typescript: boolean,
    flow: boolean,
  ): { readonly tokens: readonly ParsedToken[]; readonly scopes: readonly ParsedScope[] };
}
