/** From a specifier in a file of the workspace to what it means: a module of the user's, a package, or a part of Node. */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { aliasesFor } from "./tsconfig";

export type Resolved =
  | { readonly kind: "headrace" }
  | { readonly kind: "builtin"; readonly name: string }
  | { readonly kind: "user"; readonly file: string }
  | { readonly kind: "json"; readonly file: string }
  | { readonly kind: "package"; readonly file: string; readonly name: string };

/** The user's own code is what lies outside of `node_modules`, and is not this worker. */
export function isUsers(file: string): boolean {
  if (file === __filename) return false;
  return path.isAbsolute(file) && !/[\\/]node_modules[\\/]/.test(file) && /\.[cm]?[jt]sx?$/.test(file);
}

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"];
/** `./x.js` may mean `./x.ts`: what TypeScript's own module resolution does. */
const SPOKEN: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

export function resolve(specifier: string, from: string): Resolved {
  if (specifier === "headrace") return { kind: "headrace" };
  if (isBuiltin(specifier)) return { kind: "builtin", name: specifier };
  if (specifier.startsWith("file:")) return own(fileURLToPath(specifier), specifier, from);
  if (/^\.{0,2}\//.test(specifier) || specifier === "." || specifier === ".." || path.isAbsolute(specifier)) {
    return own(path.resolve(path.dirname(from), specifier), specifier, from);
  }
  for (const candidate of aliasesFor(from).candidates(specifier)) {
    const file = fileAt(candidate);
    if (file !== null) return classified(file, specifier);
  }
  return inPackage(specifier, from);
}

function own(place: string, specifier: string, from: string): Resolved {
  const file = fileAt(place);
  if (file !== null) return classified(file, specifier);
  throw notFound(specifier, from, `There is no ${path.basename(place)} in ${path.dirname(place)}.`);
}

function classified(file: string, name: string): Resolved {
  const real = realpathSync(file);
  if (real.endsWith(".json")) return { kind: "json", file: real };
  return isUsers(real) ? { kind: "user", file: real } : { kind: "package", file: real, name };
}

function fileAt(place: string): string | null {
  if (isFile(place)) return place;
  const spoken = path.extname(place);
  for (const extension of SPOKEN[spoken] ?? []) {
    const candidate = place.slice(0, -spoken.length) + extension;
    if (isFile(candidate)) return candidate;
  }
  for (const extension of EXTENSIONS) if (isFile(place + extension)) return place + extension;
  for (const extension of EXTENSIONS) {
    const index = path.join(place, `index${extension}`);
    if (isFile(index)) return index;
  }
  return null;
}

function isFile(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isFile() === true;
}

/** As Node resolves it; a package that offers itself to `import` only is looked up by its own manifest. */
function inPackage(specifier: string, from: string): Resolved {
  const require = createRequire(from);
  try {
    return classified(require.resolve(specifier), specifier);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ERR_PACKAGE_PATH_NOT_EXPORTED" && code !== "MODULE_NOT_FOUND") throw error;
  }
  const file = importOnly(specifier, require.resolve.paths(specifier) ?? []);
  if (file !== null) return classified(file, specifier);
  throw notFound(specifier, from, `Install it with "npm install ${packageOf(specifier)}" in the workspace.`);
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function importOnly(specifier: string, folders: readonly string[]): string | null {
  const name = packageOf(specifier);
  const subpath = `.${specifier.slice(name.length)}`;
  for (const folder of folders) {
    const root = path.join(folder, name);
    const manifest = path.join(root, "package.json");
    if (!isFile(manifest)) continue;
    const { exports, module: entry } = JSON.parse(readFileSync(manifest, "utf8")) as Record<string, unknown>;
    const target = exports === undefined ? (subpath === "." ? entry : subpath) : exported(exports, subpath);
    if (typeof target !== "string") return null;
    return fileAt(path.join(root, target));
  }
  return null;
}

const CONDITIONS = new Set(["node", "import", "module-sync", "default"]);

function exported(exports: unknown, subpath: string): unknown {
  if (typeof exports === "string") return subpath === "." ? exports : null;
  if (Array.isArray(exports))
    return exports.map((item) => exported(item, subpath)).find((item) => item != null);
  if (typeof exports !== "object" || exports === null) return null;
  const entries = Object.entries(exports);
  if (!entries.some(([key]) => key.startsWith("."))) {
    const chosen = entries.find(([condition]) => CONDITIONS.has(condition));
    return chosen === undefined ? null : exported(chosen[1], subpath);
  }
  for (const [pattern, target] of entries) {
    if (pattern === subpath) return exported(target, ".");
    const [before = "", after] = pattern.split("*");
    if (after === undefined || !subpath.startsWith(before) || !subpath.endsWith(after)) continue;
    const star = subpath.slice(before.length, subpath.length - after.length);
    const found = exported(target, ".");
    return typeof found === "string" ? found.replaceAll("*", star) : null;
  }
  return null;
}

function notFound(specifier: string, from: string, what: string): Error {
  const error = new Error(`Cannot find "${specifier}", which ${path.basename(from)} imports. ${what}`);
  error.name = "ModuleNotFoundError";
  return error;
}
