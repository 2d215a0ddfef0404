/** Names that the user did not write: of artifacts and runs, and `{placeholders}` in those that they did (zenml-semantics §1.3, §1.5, §2.6). */
import { HeadraceError } from "./errors";

/** Longer names are refused, as they are in ZenML. */
export const MAX_NAME_LENGTH = 255;
export const DEFAULT_RUN_NAME = "{pipeline}-{date}-{time}";

export type Substitutions = Readonly<Record<string, string>>;

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

/** `date` and `time` of the run's start in UTC, overridden by the pipeline's and then by the step's own substitutions. */
export function substitutionsAt(start: number, ...overrides: readonly Substitutions[]): Substitutions {
  const at = new Date(start);
  const date = [at.getUTCFullYear(), padded(at.getUTCMonth() + 1, 2), padded(at.getUTCDate(), 2)].join("_");
  const time = [
    padded(at.getUTCHours(), 2),
    padded(at.getUTCMinutes(), 2),
    padded(at.getUTCSeconds(), 2),
    padded(at.getUTCMilliseconds() * 1000, 6),
  ].join("_");
  return Object.assign({ date, time }, ...overrides) as Substitutions;
}

/** Fills `{name}`; `{{` and `}}` stand for single braces, anything else in braces is plain text. */
export function fillTemplate(template: string, substitutions: Substitutions): string {
  return template.replace(/\{\{|\}\}|\{([A-Za-z_]\w*)\}/g, (found, name: string | undefined) => {
    if (name === undefined) return found.charAt(0);
    if (Object.hasOwn(substitutions, name)) return substitutions[name] ?? "";
    throw new HeadraceError("invalid", `Unknown placeholder \`{${name}}\` in the name \`${template}\`.`, {
      advice: `Known placeholders: ${Object.keys(substitutions)
        .map((known) => `{${known}}`)
        .join(", ")}. Add your own with substitutions={"${name}": "…"}.`,
      pythonType: "KeyError",
    });
  });
}

export function defaultArtifactName(pipeline: string, invocation: string, output: string): string {
  return `${pipeline}::${invocation}::${output}`;
}

/** A run's name from its template; an unknown placeholder is a ValueError here, as it is found before anything runs. */
export function runName(pipeline: string, template: string | null, substitutions: Substitutions): string {
  try {
    return checkedName(
      "run",
      fillTemplate(
        template ?? DEFAULT_RUN_NAME,
        template === null ? { pipeline, ...substitutions } : substitutions,
      ),
    );
  } catch (error) {
    if (!HeadraceError.is(error)) throw error;
    throw new HeadraceError(error.code, `Invalid run name template: ${error.message}`, {
      ...(error.advice === undefined ? {} : { advice: error.advice }),
      pythonType: "ValueError",
      cause: error,
    });
  }
}

/** Refuses names that are empty, too long, or hold characters that would hide what they say. */
export function checkedName(
  kind: "artifact" | "model" | "model version" | "run" | "tag",
  name: string,
): string {
  const refuse = (why: string) =>
    new HeadraceError("invalid", `The ${kind} name ${JSON.stringify(name.slice(0, 60))} ${why}.`, {
      pythonType: "ValueError",
    });
  if (name.trim() === "") throw refuse("is empty");
  if (name.length > MAX_NAME_LENGTH)
    throw refuse(`has ${name.length} characters; at most ${MAX_NAME_LENGTH} are allowed`);
  if (/\p{Cc}/u.test(name)) throw refuse("contains control characters");
  return name;
}
