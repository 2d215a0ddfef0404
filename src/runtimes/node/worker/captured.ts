/** The values that a function has captured from the functions around it: a step made by a factory is not its text alone. */
import { createHash } from "node:crypto";
import { Session } from "node:inspector";
import { encode } from "../api/materializers/encoding";

export interface Captured {
  readonly name: string;
  readonly digest: string;
}

interface RemoteObject {
  readonly objectId?: string;
  readonly description?: string;
}

interface Property {
  readonly name: string;
  readonly value?: RemoteObject;
}

type AnyFunction = (...args: never[]) => unknown;

/** The function that a module is run as (loader.ts): what it and those outside of it hold is reached by name instead. */
export const MODULE_FUNCTION = "headraceModule";

const HOLDER = Symbol.for("headrace.captured");

/** Those of the enclosing functions and blocks; what a module declares at its top is reached by name instead. */
export function capturedBy(fn: AnyFunction): readonly Captured[] {
  const session = new Session();
  session.connect();
  try {
    return scopesOf(session, fn).map(([name, value]) => ({ name, digest: digestOf(value) }));
  } finally {
    session.disconnect();
  }
}

function scopesOf(session: Session, fn: AnyFunction): readonly (readonly [string, unknown])[] {
  const holder = globalThis as unknown as Record<symbol, unknown>;
  holder[HOLDER] = fn;
  try {
    const { result } = post(session, "Runtime.evaluate", {
      expression: 'globalThis[Symbol.for("headrace.captured")]',
    }) as { result: RemoteObject };
    const scopes = internal(session, result).find(({ name }) => name === "[[Scopes]]")?.value;
    if (scopes === undefined) return [];
    const found = new Map<string, unknown>();
    for (const { value: scope } of own(session, scopes)) {
      const description = scope?.description ?? "";
      if (scope === undefined || description.includes(MODULE_FUNCTION)) break;
      if (!/^(Closure|Block|With Block|Catch)/.test(description)) continue;
      for (const [name, value] of Object.entries(valuesOf(session, scope, holder))) {
        if (!found.has(name)) found.set(name, value);
      }
    }
    return [...found];
  } finally {
    holder[HOLDER] = undefined;
  }
}

function valuesOf(
  session: Session,
  scope: RemoteObject,
  holder: Record<symbol, unknown>,
): Record<string, unknown> {
  post(session, "Runtime.callFunctionOn", {
    objectId: scope.objectId,
    functionDeclaration:
      'function () { globalThis[Symbol.for("headrace.captured")] = Object.assign({}, this.object); }',
  });
  return (holder[HOLDER] ?? {}) as Record<string, unknown>;
}

function own(session: Session, { objectId }: RemoteObject): readonly Property[] {
  const params = { objectId, ownProperties: true };
  const { result } = post(session, "Runtime.getProperties", params) as { result: readonly Property[] };
  return result.filter(({ name }) => /^\d+$/.test(name));
}

function internal(session: Session, { objectId }: RemoteObject): readonly Property[] {
  const params = { objectId, ownProperties: true };
  const { internalProperties } = post(session, "Runtime.getProperties", params) as {
    internalProperties?: readonly Property[];
  };
  return internalProperties ?? [];
}

/** The session is to this very thread: answers come before `post` returns. */
function post(session: Session, method: string, params: object): unknown {
  const answer: { error: Error | null; result: unknown } = { error: null, result: null };
  session.post(method, params, (error: Error | null, result: unknown) =>
    Object.assign(answer, { error, result }),
  );
  if (answer.error !== null) throw answer.error;
  return answer.result;
}

function digestOf(value: unknown): string {
  let text: string;
  try {
    text = typeof value === "function" ? String(value) : JSON.stringify(encode(value));
  } catch {
    // What can't be compared is never the same.
    text = `${process.pid} ${process.hrtime.bigint()}`;
  }
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
