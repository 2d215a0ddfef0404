/** What user code threw as a `Failure`: what happened, where, and what to do. Anything can be thrown. */
import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import type { Failure } from "../../../core/entities";
import type { SourceLocation } from "../../../core/errors";
import { isUsers } from "./resolve";

const MOST_MESSAGE = 20_000;
const MOST_TRACEBACK = 200_000;
const MOST_MEMBERS = 20;

export function failureOf(thrown: unknown, fallback: SourceLocation | null = null): Failure {
  try {
    return failureFrom(thrown, fallback);
  } catch {
    // Whatever it is, asking it what it is fails, too.
    const error = new Error("What was thrown can't be shown: reading it throws, too.");
    return failureFrom(error, fallback);
  }
}

function failureFrom(thrown: unknown, fallback: SourceLocation | null): Failure {
  const error = thrown instanceof Error ? thrown : null;
  const location = locationOf(thrown) ?? fallback;
  const code = location === null ? null : lineOf(location);
  const advice = adviceOf(thrown);
  return {
    type: error === null ? "NotAnError" : typeOf(error),
    message: limited(messageOf(thrown), MOST_MESSAGE),
    traceback: limited(tracebackOf(thrown), MOST_TRACEBACK),
    ...(location === null ? {} : { location }),
    ...(code === null ? {} : { code }),
    ...(advice === null ? {} : { advice }),
  };
}

function typeOf(error: Error): string {
  return error.name === "Error" ? error.constructor.name : error.name;
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `${shown(thrown)} was thrown, which is no Error.`;
  return thrown.message === "" ? typeOf(thrown) : thrown.message;
}

function shown(value: unknown): string {
  try {
    return typeof value === "string"
      ? JSON.stringify(value)
      : inspect(value, { depth: 2, breakLength: Infinity });
  } catch {
    return "Something";
  }
}

function adviceOf(thrown: unknown): string | null {
  const { advice } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as { advice?: unknown };
  if (typeof advice === "string") return advice;
  if (!(thrown instanceof Error))
    return 'Throw an Error, such as `throw new Error("…")`, so that the line is known.';
  return null;
}

/** The user's frames only, with causes. */
function tracebackOf(thrown: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  for (let current = thrown; current !== undefined && !seen.has(current);) {
    seen.add(current);
    if (!(current instanceof Error)) {
      parts.push(messageOf(current));
      break;
    }
    const frames = framesOf(current).map(({ text }) => text);
    parts.push([`${typeOf(current)}: ${current.message}`, ...frames, ...membersOf(current)].join("\n"));
    current = current.cause;
  }
  return parts.join("\nCaused by: ");
}

/** Those that an AggregateError stands for. */
function membersOf(error: Error): readonly string[] {
  const several: unknown = error instanceof AggregateError ? error.errors : null;
  if (!Array.isArray(several)) return [];
  return several
    .slice(0, MOST_MEMBERS)
    .map((member, at) => `${at + 1} of ${several.length}: ${tracebackOf(member)}`.replaceAll("\n", "\n  "));
}

interface Frame {
  readonly text: string;
  readonly location: SourceLocation;
}

function framesOf(error: Error): readonly Frame[] {
  const stack: unknown = error.stack;
  if (typeof stack !== "string") return [];
  return stack.split("\n").flatMap((text) => {
    const found = /(?:\(|at (?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/.exec(text);
    const file = found?.[1]?.replace(/^file:\/\//, "");
    if (found === null || file === undefined || !isUsers(file)) return [];
    return [{ text, location: { file, line: Number(found[2]) } }];
  });
}

/** The innermost place in user code that an error or one of its causes names. */
export function locationOf(thrown: unknown): SourceLocation | null {
  const seen = new Set<unknown>();
  for (let current = thrown; current instanceof Error && !seen.has(current); current = current.cause) {
    seen.add(current);
    const { location } = current as { location?: SourceLocation };
    if (location !== undefined) return location;
    const [first] = framesOf(current);
    if (first !== undefined) return first.location;
    if (current instanceof AggregateError && seen.size < MOST_MEMBERS) {
      const places = current.errors.map((member: unknown) =>
        member === current ? null : locationOf(member),
      );
      const place = places.find((each) => each !== null);
      if (place !== undefined) return place;
    }
  }
  return null;
}

function lineOf({ file, line }: SourceLocation): string | null {
  try {
    return readFileSync(file, "utf8").split("\n")[line - 1]?.trim() ?? null;
  } catch {
    return null;
  }
}

/** Both ends of a long text: the beginning says what it is, the end what happened last. */
function limited(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = most / 2;
  return `${text.slice(0, half)}\n… ${text.length - most} characters are left out …\n${text.slice(-half)}`;
}
