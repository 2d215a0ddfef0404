import { existsSync } from "node:fs";
import path from "node:path";

/** The Python SDK's folder, to be put on PYTHONPATH: as packaged (`dist/sdk/python`), or as it lies in the source. */
export function pythonSdkFolder(extensionRoot: string): string {
  const packaged = path.join(extensionRoot, "dist", "sdk", "python");
  const source = path.join(extensionRoot, "src", "runtimes", "python", "sdk");
  // A checkout may hold both, and then the source is what is being worked on.
  return existsSync(source) ? source : packaged;
}

/**
 * What a script's PYTHONPATH begins with: the SDK, and what stands in for `typing_extensions` where that isn't installed
 * (where it is, the stand-in becomes it).
 */
export function pythonPathOf(sdk: string): string {
  return [sdk, path.join(sdk, "fallback")].join(path.delimiter);
}
