/**
 * What a step's cache key is made of, and why a step ran again in words (docs/ARCHITECTURE.md, zenml-semantics §3.1).
 * Not in it: names of pipeline and invocation, models, settings, tags, retries, hooks, substitutions.
 */
import { canonicalJson, type Json, type JsonObject } from "./json";
import type { CachePolicy, CodeComponent } from "./spec";

export const DEFAULT_POLICY: CachePolicy = {
  includeStepCode: true,
  includeStepParameters: true,
  includeArtifactValues: true,
  includeArtifactIds: true,
  ignoredInputs: [],
  expiresAfter: null,
};

/** An input that is an artifact, or a list of them. */
export interface KeyInput {
  readonly name: string;
  readonly versions: readonly { readonly id: string; readonly digest: string }[];
}

export interface KeyIngredients {
  readonly sourcePath: string;
  readonly code: readonly CodeComponent[];
  readonly parameters: JsonObject;
  readonly inputs: readonly KeyInput[];
  /** Output names as written, with the materializer that the user named. */
  readonly outputs: readonly { readonly output: string; readonly materializer: string | null }[];
  readonly policy: CachePolicy | null;
}

/** The parts of a key, as they are stored and compared. */
export interface CacheComponents {
  readonly source: string;
  /** `kind name` → digest. */
  readonly code: Readonly<Record<string, string>>;
  readonly parameters: JsonObject;
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** What `include_step_code=False` leaves out; declared files and `cache_func` stay. */
const codeKinds: ReadonlySet<CodeComponent["kind"]> = new Set([
  "step",
  "function",
  "class",
  "constant",
  "module",
  "package",
]);

export function cacheComponents(ingredients: KeyIngredients): CacheComponents {
  const policy = ingredients.policy ?? DEFAULT_POLICY;
  const ignored = new Set(policy.ignoredInputs);
  const code = ingredients.code.filter((part) => policy.includeStepCode || !codeKinds.has(part.kind));
  const parameters = Object.entries(ingredients.parameters).filter(
    ([name]) => policy.includeStepParameters && !ignored.has(name),
  );
  const inputs = ingredients.inputs.filter((input) => !ignored.has(input.name));
  return {
    source: ingredients.sourcePath,
    code: Object.fromEntries(code.map((part) => [`${part.kind} ${part.name}`, part.digest])),
    parameters: Object.fromEntries(parameters),
    inputs: Object.fromEntries(inputs.map((input) => [input.name, inputIdentity(input, policy)])),
    outputs: Object.fromEntries(
      ingredients.outputs.map((output) => [output.output, output.materializer ?? ""]),
    ),
  };
}

/** Content first, so that a step which ran again to the same result does not wake the ones below. */
function inputIdentity(input: KeyInput, policy: CachePolicy): string {
  if (policy.includeArtifactValues) return input.versions.map((version) => version.digest).join(" ");
  return policy.includeArtifactIds ? input.versions.map((version) => version.id).join(" ") : "";
}

/** The text whose digest is the key. */
export function cacheText(components: CacheComponents): string {
  return canonicalJson(asJson(components));
}

export function asJson(components: CacheComponents): JsonObject {
  return { ...components };
}

/** Reads back what an earlier run stored; null for what an older version of Headrace wrote differently. */
export function readComponents(stored: JsonObject | null): CacheComponents | null {
  if (stored === null) return null;
  const { source, code, parameters, inputs, outputs } = stored;
  const isObject = (value: Json | undefined): value is JsonObject =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  const isTexts = (value: Json | undefined): value is Record<string, string> =>
    isObject(value) && Object.values(value).every((text) => typeof text === "string");
  if (typeof source !== "string" || !isObject(parameters)) return null;
  if (!isTexts(code) || !isTexts(inputs) || !isTexts(outputs)) return null;
  return { source, code, parameters, inputs, outputs };
}

/** Why this is not what ran before, component by component; empty when nothing differs. */
export function differences(previous: CacheComponents, current: CacheComponents): readonly string[] {
  return [
    ...(previous.source === current.source ? [] : [`moved from ${previous.source} to ${current.source}`]),
    ...compare(previous.code, current.code, {
      added: (key) => `${codeWords(key)} is new`,
      removed: (key) => `${codeWords(key)} is no longer used`,
      changed: (key, before, after) =>
        key.startsWith("package ") && isVersion(before) && isVersion(after)
          ? `${codeWords(key)} ${before} → ${after}`
          : `${codeWords(key)} changed`,
    }),
    ...compare(previous.parameters, current.parameters, {
      added: (key, value) => `parameter ${key} = ${short(value)} is new`,
      removed: (key) => `parameter ${key} is gone`,
      changed: (key, before, after) => `parameter ${key} ${short(before)} → ${short(after)}`,
    }),
    ...compare(previous.inputs, current.inputs, {
      added: (key) => `input ${key} is new`,
      removed: (key) => `input ${key} is gone`,
      changed: (key) => `input ${key} changed`,
    }),
    ...compare(previous.outputs, current.outputs, {
      added: (key) => `output ${key} is new`,
      removed: (key) => `output ${key} is gone`,
      changed: (key) => `materializer of output ${key} changed`,
    }),
  ];
}

export interface Previous {
  readonly components: CacheComponents | null;
  readonly state: "usable" | "expired" | "failed" | "unknown";
}

/** In words: why the step runs, given the last time that it ran; null when it never did. */
export function explain(previous: Previous | null, current: CacheComponents): string {
  if (previous === null) return "first run of this step";
  const changes = previous.components === null ? [] : differences(previous.components, current);
  if (changes.length > 0) return summarize(changes);
  if (previous.state === "failed") return "the last run of this step did not complete";
  if (previous.state === "expired") return "the cached result has expired";
  return previous.components === null ? "the last run was not cached" : "the cached result was invalidated";
}

const CACHED = "cached: ";

/** In words: where a cached result comes from. */
export function explainHit(runName: string): string {
  return `${CACHED}same code, parameters and inputs as run ${runName}`;
}

/** A recorded reason, to be shown beside the step's status: without the word that the status says already. */
export function reasonBesideStatus(cacheReason: string): string {
  return cacheReason.startsWith(CACHED) ? cacheReason.slice(CACHED.length) : cacheReason;
}

const MAX_CHANGES = 6;

function summarize(changes: readonly string[]): string {
  const rest = changes.length - MAX_CHANGES;
  return [...changes.slice(0, MAX_CHANGES), ...(rest > 0 ? [`and ${rest} more`] : [])].join(", ");
}

function compare<V extends Json>(
  previous: Readonly<Record<string, V>>,
  current: Readonly<Record<string, V>>,
  words: {
    readonly added: (key: string, value: V) => string;
    readonly removed: (key: string) => string;
    readonly changed: (key: string, before: V, after: V) => string;
  },
): readonly string[] {
  const texts: string[] = [];
  for (const [key, after] of Object.entries(current)) {
    const before = Object.hasOwn(previous, key) ? previous[key] : undefined;
    if (before === undefined) texts.push(words.added(key, after));
    else if (canonicalJson(before) !== canonicalJson(after)) texts.push(words.changed(key, before, after));
  }
  for (const key of Object.keys(previous)) {
    if (!Object.hasOwn(current, key)) texts.push(words.removed(key));
  }
  return texts;
}

/** `function clean` → `` helper `clean()` ``. */
function codeWords(key: string): string {
  const space = key.indexOf(" ");
  const [kind, name] = [key.slice(0, space), key.slice(space + 1)];
  switch (kind) {
    case "step":
      return "code of the step";
    case "function":
      return `helper \`${name}()\``;
    case "extra":
      return `\`${name}\``;
    default:
      return `${kind} \`${name}\``;
  }
}

function isVersion(digest: string): boolean {
  return digest.length < 40 && /^\d+(\.\w+)*/.test(digest) && !digest.includes(":");
}

function short(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
