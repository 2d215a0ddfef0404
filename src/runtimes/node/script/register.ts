/**
 * `node --import …/register.js script.ts`, which `headrace exec` adds to the processes that it starts: `headrace` is found
 * without an install, and TypeScript is read where this Node can't.
 */
import { Module, register } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

type ResolveFilename = (request: string, ...rest: readonly unknown[]) => string;

const sdk = path.join(__dirname, "headrace", "index.js");
const internals = Module as unknown as { _resolveFilename: ResolveFilename };
const before = internals._resolveFilename;

/** What the workspace has installed goes first. */
internals._resolveFilename = function resolveFilename(this: unknown, request, ...rest) {
  try {
    return before.call(this, request, ...rest);
  } catch (error) {
    if (request === "headrace") return sdk;
    throw error;
  }
};
register(pathToFileURL(path.join(__dirname, "hooks.js")));
