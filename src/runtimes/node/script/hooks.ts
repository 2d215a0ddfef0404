/** How Node's own loader finds and reads what scripts import; runs in the loader's thread. */
import { readFileSync } from "node:fs";
import type { LoadHook, ResolveHook } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transform } from "sucrase";
import { withNamespaces } from "../worker/namespaces";
import { resolve as resolveAsWorkersDo } from "../worker/resolve";

const sdk = pathToFileURL(path.join(__dirname, "headrace", "index.mjs")).href;

export const resolve: ResolveHook = async (specifier, context, next) => {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (specifier === "headrace") return { url: sdk, shortCircuit: true };
    const file = asWorkersDo(specifier, context.parentURL);
    if (file === null) throw error;
    return { url: pathToFileURL(file).href, shortCircuit: true };
  }
};

/** Paths without extension, `.js` for `.ts`, aliases of the tsconfig: as a run of the pipeline finds them. */
function asWorkersDo(specifier: string, parent: string | undefined): string | null {
  if (parent?.startsWith("file:") !== true) return null;
  try {
    const found = resolveAsWorkersDo(specifier, fileURLToPath(parent));
    return found.kind === "user" || found.kind === "json" ? found.file : null;
  } catch {
    // Then what Node says is the better message.
    return null;
  }
}

export const load: LoadHook = async (url, context, next) => {
  const [address = ""] = url.split(/[?#]/);
  const reads = (process.features as { typescript?: unknown }).typescript;
  const mustRead = address.startsWith("file:") && /\.m?ts$/.test(address) && (reads ?? false) === false;
  if (!mustRead || /[\\/]node_modules[\\/]/.test(address)) return next(url, context);
  const file = fileURLToPath(address);
  const { code } = transform(withNamespaces(readFileSync(file, "utf8")), {
    transforms: ["typescript"],
    disableESTransforms: true,
    filePath: file,
  });
  return { format: "module", source: code, shortCircuit: true };
};
