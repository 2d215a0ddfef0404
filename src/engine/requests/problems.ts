/** Errors of this folder, with the exception classes and the beginnings of messages that users of the ZenML API know (zenml-semantics §10.2). */
import { HeadraceError } from "../../core/errors";
import type { Kind } from "./params";

/** Kinds in the words of the ZenML API. */
const words: Readonly<Record<Kind, string>> = {
  pipeline: "pipeline",
  run: "pipeline_run",
  step_run: "run_step",
  artifact: "artifact",
  artifact_version: "artifact_version",
  model: "model",
  model_version: "model_version",
  tag: "tag",
  link: "model_version_artifact_link",
  run_link: "model_version_pipeline_run_link",
};

export function notFound(kind: Kind, key: string, advice?: string): HeadraceError {
  return new HeadraceError("not-found", `No ${words[kind]}s found for name, ID or prefix ${key}.`, {
    ...(advice === undefined ? {} : { advice }),
    pythonType: "KeyError",
  });
}

/** `candidates` are lines such as `predictions 2 (4f12d004-…)`. */
export function ambiguous(kind: Kind, key: string, candidates: readonly string[]): HeadraceError {
  const listed = candidates.map((line) => `\n  ${line}`).join("");
  return new HeadraceError(
    "ambiguous",
    `Multiple ${words[kind]}s have been found for name, ID or prefix ${key}:${listed}`,
    { advice: "Give more of the id, or the whole name.", pythonType: "ZenKeyError" },
  );
}

export function invalid(message: string, advice?: string): HeadraceError {
  return new HeadraceError("invalid", message, {
    ...(advice === undefined ? {} : { advice }),
    pythonType: "ValueError",
  });
}

export function exists(message: string): HeadraceError {
  return new HeadraceError("already-exists", message, { pythonType: "EntityExistsError" });
}
