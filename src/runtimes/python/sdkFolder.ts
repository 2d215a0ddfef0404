import { existsSync } from "node:fs";
import path from "node:path";

/** The Python SDK's folder, to be put on PYTHONPATH: as packaged (`dist/sdk/python`), or as it lies in the source. */
export function pythonSdkFolder(extensionRoot: string): string {
  const packaged = path.join(extensionRoot, "dist", "sdk", "python");
  const source = path.join(extensionRoot, "src", "runtimes", "python", "sdk");
  // A checkout may hold both, and then the source is what is being worked on.
  return existsSync(source) ? source : packaged;
}
