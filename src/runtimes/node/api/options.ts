/** Options of steps and pipelines as they are given: JavaScript has no compiler that would say what is wrong with them. */
import type { SourceLocation } from "../../../core/errors";
import { StepInterfaceError } from "./errors";
import { isPlain } from "./json";
import { Model } from "./model";

/** Looked up for an error alone: finding it reads the stack. */
type Place = () => SourceLocation | undefined;

interface Kind {
  readonly called: string;
  readonly fits: (value: unknown) => boolean;
}

const kind = (called: string, fits: (value: unknown) => boolean): Kind => ({ called, fits });
const isCount = (value: unknown): boolean =>
  typeof value === "number" && value >= 0 && Number.isFinite(value);
const isName = (value: unknown): boolean => typeof value === "string" && value !== "";

const text = kind("a text", isName);
const flag = kind("true or false", (value) => typeof value === "boolean");
const hook = kind("a function", (value) => typeof value === "function");
const object = kind("an object", isPlain);

const common: Readonly<Record<string, Kind>> = {
  cache: kind("true, false or an object", (value) => flag.fits(value) || isPlain(value)),
  model: kind('a Model: `new Model("…")`', (value) => value instanceof Model),
  onFailure: hook,
  onSuccess: hook,
  metadata: flag,
  preview: flag,
  logs: flag,
  substitutions: object,
  settings: object,
  extra: object,
};

const ofSteps: Readonly<Record<string, Kind>> = {
  ...common,
  name: text,
  id: text,
  output: kind(
    'a name, or an object such as `{ name: "…" }`',
    (value) => isName(value) || (isPlain(value) && isName(value["name"])),
  ),
  outputs: kind(
    "a list of names, or an object with a member for each",
    (value) => isPlain(value) || (Array.isArray(value) && value.every(isName)),
  ),
  retry: kind("an object such as `{ maxRetries: 2, delay: 1 }`", isRetry),
  parameters: object,
  after: kind("the name of a step, or what its call gave", (value) => value !== null),
};

const ofPipelines: Readonly<Record<string, Kind>> = {
  ...common,
  tags: kind("a list", Array.isArray),
  runName: text,
  executionMode: kind('"fail_fast", "stop_on_failure" or "continue_on_failure"', (value) =>
    ["fail_fast", "stop_on_failure", "continue_on_failure"].includes(String(value)),
  ),
  onInit: hook,
  onCleanup: hook,
};

function isRetry(value: unknown): boolean {
  if (!isPlain(value) || !Number.isInteger(value["maxRetries"])) return false;
  const counts = [value["maxRetries"], value["delay"] ?? 0, value["backoff"] ?? 0];
  return counts.every(isCount);
}

export function checkStepOptions(what: string, given: unknown, place: Place): void {
  check(ofSteps, what, given, place);
}

export function checkPipelineOptions(what: string, given: unknown, place: Place): void {
  check(ofPipelines, what, given, place);
}

function check(known: Readonly<Record<string, Kind>>, what: string, given: unknown, place: Place): void {
  if (!isPlain(given)) throw new StepInterfaceError(`The options of ${what} must be an object.`, place());
  for (const [name, value] of Object.entries(given)) {
    const expected = Object.hasOwn(known, name) ? known[name] : undefined;
    if (expected === undefined) {
      const all = Object.keys(known).toSorted().join(", ");
      throw new StepInterfaceError(`There is no option \`${name}\` for ${what}; there are ${all}.`, place());
    }
    if (value === undefined || expected.fits(value)) continue;
    throw new StepInterfaceError(`The option \`${name}\` of ${what} must be ${expected.called}.`, place());
  }
}
