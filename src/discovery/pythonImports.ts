/** What names mean in a Python file, by its imports. */
import type { LoadedGrammar, Node } from "./grammars";
import type { DiscoveredFile } from "./model";
import { field, lineOf } from "./syntax";

export interface Imported {
  readonly module: string;
  /** Null when the module itself is bound. */
  readonly name: string | null;
}

export class PythonImports {
  readonly names = new Map<string, Imported>();
  /** The first import of the SDK. */
  sdk: DiscoveredFile["sdkImport"] = null;
  /** Modules of which everything was imported. */
  private readonly stars: string[] = [];

  constructor(grammar: LoadedGrammar, root: Node) {
    for (const node of grammar.find("[(import_statement) (import_from_statement)] @import", root)) {
      if (node.type === "import_statement") this.addModules(node);
      else this.addNames(node);
      this.sdk ??= sdkImport(node);
    }
  }

  /** Whether names may come from imports that don't name them. */
  get hasStars(): boolean {
    return this.stars.length > 0;
  }

  private addModules(node: Node): void {
    for (const child of node.namedChildren) {
      const alias = field(child, "alias");
      const module = (field(child, "name") ?? child).text;
      // `import a.b` binds `a`; `import a.b as c` binds the inner module.
      if (alias !== null) this.names.set(alias.text, { module, name: null });
      else
        this.names.set(module.split(".")[0] ?? module, {
          module: module.split(".")[0] ?? module,
          name: null,
        });
    }
  }

  private addNames(node: Node): void {
    const module = field(node, "module_name")?.text ?? "";
    if (node.namedChildren.some((child) => child.type === "wildcard_import")) this.stars.push(module);
    for (const child of node.childrenForFieldName("name")) {
      const name = (field(child, "name") ?? child).text;
      this.names.set(field(child, "alias")?.text ?? name, { module, name });
    }
  }

  /** `z.pipeline` → `zenml.pipeline`; null when its first name was not imported. */
  resolve(dotted: string): string | null {
    const [first = "", ...rest] = dotted.split(".");
    const imported = this.names.get(first);
    if (imported === undefined) return null;
    const base = imported.name === null ? imported.module : `${imported.module}.${imported.name}`;
    return [base, ...rest].join(".");
  }

  /** Whether a dotted name is ours, such as `pipeline` of `zenml` or `headrace`. */
  isOurs(dotted: string, name: string): boolean {
    const resolved = this.resolve(dotted);
    if (resolved !== null) return isOurModule(resolved) && resolved.split(".").at(-1) === name;
    // A bare name that nothing binds: the import is still to be written, or came with a star.
    return dotted === name && (this.stars.some(isOurModule) || this.mentionsUs());
  }

  private mentionsUs(): boolean {
    return [...this.names.values()].some((imported) => isOurModule(imported.module));
  }
}

function sdkImport(node: Node): DiscoveredFile["sdkImport"] {
  const modules = [field(node, "module_name"), ...node.childrenForFieldName("name")].flatMap((part) =>
    part === null ? [] : [(field(part, "name") ?? part).text],
  );
  const module = node.type === "import_from_statement" ? modules[0] : modules.find(isOurModule);
  if (module === undefined || !isOurModule(module) || node.parent?.type !== "module") return null;
  return { line: lineOf(node), module: module.startsWith("headrace") ? "headrace" : "zenml" };
}

export function isOurModule(module: string): boolean {
  return /^(zenml|headrace)(\.|$)/.test(module);
}
