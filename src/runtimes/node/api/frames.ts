/** Where in user code something is called from. */
import { fileURLToPath } from "node:url";
import type { SourceLocation } from "../../../core/errors";
import { session } from "./session";

/** The places in files of the workspace that led here, innermost first. */
export function userFrames(): readonly SourceLocation[] {
  const { stackTraceLimit } = Error;
  // Read as a value, never called.
  const before = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  try {
    Error.stackTraceLimit = 50;
    Error.prepareStackTrace = (_error, sites) => sites;
    const sites = new Error().stack as unknown as readonly NodeJS.CallSite[];
    return sites.flatMap((site) => {
      const file = pathOf(site.getFileName());
      const line = site.getLineNumber();
      return file !== null && line !== null && session.isUsers(file) ? [{ file, line }] : [];
    });
  } finally {
    if (before === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Object.defineProperty(Error, "prepareStackTrace", before);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** ES modules are known by their address; other loaders add queries to paths, too. */
function pathOf(name: string | null | undefined): string | null {
  if (name == null) return null;
  const file = name.startsWith("file:") ? fileURLToPath(name.replace(/[?#].*$/, "")) : name;
  return file.replace(/\?[\w-]+=[^/\\]*$/, "");
}
