/** The calls in a pipeline of steps that other languages hold, as the workers of those languages are asked for them. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { Language } from "../../core/entities";
import { HeadraceError, type SourceLocation } from "../../core/errors";
import type { InvocationSpec, PipelineSpec } from "../../core/spec";
import type { CompileStepsParams, ForeignCall } from "../../runtimes/protocol";

/** By language; none for a pipeline in one language. */
export function foreignCalls(
  spec: PipelineSpec,
  workspace: string,
): ReadonlyMap<Language, CompileStepsParams> {
  const { name, model } = spec.pipeline;
  const byLanguage = new Map<Language, ForeignCall[]>();
  for (const invocation of spec.invocations) {
    const { foreign } = invocation;
    if (foreign == null) continue;
    if (foreign.language === spec.language) throw ownLanguage(invocation);
    const calls = byLanguage.get(foreign.language) ?? [];
    byLanguage.set(foreign.language, calls);
    calls.push({
      invocation: invocation.id,
      file: fileOf(invocation, spec, workspace),
      name: foreign.name,
      call: invocation.call,
      inputs: invocation.inputs,
      model: invocation.model,
    });
  }
  return new Map(
    [...byLanguage].map(([language, calls]) => [language, { pipeline: { name, model }, calls }]),
  );
}

/** Beside the file that refers to it, else in the workspace. */
function fileOf(invocation: InvocationSpec, spec: PipelineSpec, workspace: string): string {
  const said = invocation.foreign?.file ?? "";
  const from = spec.definitions[invocation.definition]?.source?.file ?? invocation.call?.file;
  const folders = [...new Set([...(from === undefined ? [] : [path.dirname(from)]), workspace])];
  const found = folders.map((folder) => path.resolve(folder, said)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new HeadraceError(
    "not-found",
    `Step \`${invocation.id}\` is to be found in ${said}, but there is no such file in ${folders.join(" or ")}.`,
    { pythonType: "FileNotFoundError", ...located(invocation) },
  );
}

function ownLanguage(invocation: InvocationSpec): HeadraceError {
  return new HeadraceError(
    "invalid",
    `Step \`${invocation.id}\` is in the pipeline's own language: import it instead of referring to its file.`,
    { pythonType: "StepInterfaceError", ...located(invocation) },
  );
}

function located({ call }: InvocationSpec): { readonly location?: SourceLocation } {
  return call === null ? {} : { location: call };
}
