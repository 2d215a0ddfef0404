/** `paths` and `baseUrl` of the tsconfig (or jsconfig) that a file falls under; comments and trailing commas allowed. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

export interface PathAliases {
  /** Candidates for a specifier, as absolute paths without a known extension. */
  candidates(specifier: string): readonly string[];
}

interface Settings {
  readonly base: string | null;
  readonly paths: readonly (readonly [pattern: string, targets: readonly string[]])[];
}

const none: Settings = { base: null, paths: [] };
const byFolder = new Map<string, Settings>();

export function aliasesFor(file: string): PathAliases {
  const { base, paths } = settingsOf(path.dirname(file));
  return {
    candidates: (specifier) => {
      const found = paths.flatMap(([pattern, targets]) => {
        const matched = match(pattern, specifier);
        return matched === null ? [] : targets.map((target) => target.replace("*", () => matched));
      });
      return base === null ? found : [...found, path.join(base, specifier)];
    },
  };
}

/** What the `*` of a pattern stands for; null when it doesn't match. */
function match(pattern: string, specifier: string): string | null {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === specifier ? "" : null;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  const fits = specifier.length >= before.length + after.length;
  return fits && specifier.startsWith(before) && specifier.endsWith(after)
    ? specifier.slice(before.length, specifier.length - after.length)
    : null;
}

function settingsOf(folder: string): Settings {
  const known = byFolder.get(folder);
  if (known !== undefined) return known;
  const file = ["tsconfig.json", "jsconfig.json"].map((name) => path.join(folder, name)).find(existsSync);
  const parent = path.dirname(folder);
  const found = file !== undefined ? read(file, new Set()) : parent === folder ? none : settingsOf(parent);
  byFolder.set(folder, found);
  return found;
}

function read(file: string, open: Set<string>): Settings {
  if (open.has(file)) return none;
  open.add(file);
  let config: {
    extends?: string | string[];
    compilerOptions?: { baseUrl?: string; paths?: Record<string, string[]> };
  };
  try {
    config = JSON.parse(withoutComments(readFileSync(file, "utf8"))) as typeof config;
  } catch (error) {
    throw new Error(`${file} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parents = config.extends === undefined ? [] : [config.extends].flat();
  let settings = none;
  for (const parent of parents) settings = merged(settings, read(extended(parent, file), open));
  const { baseUrl, paths } = config.compilerOptions ?? {};
  const folder = path.dirname(file);
  const base = baseUrl === undefined ? null : path.resolve(folder, baseUrl);
  const from = base ?? folder;
  const resolved = Object.entries(paths ?? {}).map(
    ([pattern, targets]) => [pattern, targets.map((target) => path.resolve(from, target))] as const,
  );
  return merged(settings, { base, paths: resolved });
}

function merged(before: Settings, after: Settings): Settings {
  return { base: after.base ?? before.base, paths: after.paths.length > 0 ? after.paths : before.paths };
}

function extended(name: string, file: string): string {
  if (name.startsWith(".") || path.isAbsolute(name)) {
    const place = path.resolve(path.dirname(file), name);
    return existsSync(place) && !place.endsWith(path.sep) ? place : `${place}.json`;
  }
  const require = createRequire(file);
  for (const candidate of [name, `${name}.json`, `${name}/tsconfig.json`]) {
    try {
      return require.resolve(candidate);
    } catch {
      // The next form, then.
    }
  }
  throw new Error(`${file} extends ${name}, which can't be found.`);
}

function withoutComments(text: string): string {
  return text
    .replace(/^\uFEFF/, "")
    .replace(
      /("(?:[^"\\]|\\.)*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
      (_found, kept: string | undefined) => kept ?? "",
    )
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])/g, (_found, kept: string | undefined) => kept ?? "");
}
