/** What belongs at a place in a call of the SDK: names that the store knows, steps of the pipeline, or options. */
import { literalValue } from "./syntax";
import type { CallSite } from "./callSite";
import type { DiscoveredFile } from "./model";
import type { Signed } from "./signatures";

export type Subject = "artifact" | "artifactVersion" | "invocation" | "model" | "modelVersion" | "pipeline";

export interface Meaning {
  /** What is called, where it has options by name. */
  readonly signature: Signed | null;
  /** Whose name the argument is. */
  readonly subject: Subject | null;
  /** Of a version: the artifact's or model's name, when that is given literally. */
  readonly of: string | null;
}

interface Subjects {
  /** Of the arguments without names, in their order. */
  readonly places: readonly (Subject | null)[];
  readonly named?: Readonly<Record<string, Subject>>;
  /** Whether it is a method, of an object that may be called anything. */
  readonly isMethod?: true;
}

const artifactNamed = { name: "artifact", name_or_id: "artifact", name_id_or_prefix: "artifact" } as const;
const artifactLookup: Subjects = {
  places: ["artifact", "artifactVersion"],
  named: { ...artifactNamed, version: "artifactVersion" },
  isMethod: true,
};
/** Both languages at once: their words differ. */
const calls: Readonly<Record<string, Subjects>> = {
  get_artifact_version: artifactLookup,
  get_artifact: artifactLookup,
  get_model_artifact: artifactLookup,
  get_data_artifact: artifactLookup,
  getArtifactVersion: artifactLookup,
  getArtifact: artifactLookup,
  load_artifact: artifactLookup,
  loadArtifact: artifactLookup,
  save_artifact: { places: [null, "artifact"], named: { name: "artifact" } },
  saveArtifact: { places: [null, "artifact"] },
  ArtifactConfig: { places: ["artifact"], named: { name: "artifact" } },
  ExternalArtifact: { places: [], named: { name: "artifact" } },
  Model: {
    places: ["model", "modelVersion"],
    named: { name: "model", version: "modelVersion" },
  },
  get_model: { places: ["model"], named: { model_name_or_id: "model" }, isMethod: true },
  getModel: { places: ["model"], isMethod: true },
  get_model_version: {
    places: ["model", "modelVersion"],
    named: { model_name_or_id: "model", model_version_name_or_number_or_id: "modelVersion" },
    isMethod: true,
  },
  getModelVersion: { places: ["model", "modelVersion"], isMethod: true },
  get_pipeline: { places: ["pipeline"], named: { name_id_or_prefix: "pipeline" }, isMethod: true },
  getPipeline: { places: ["pipeline"], isMethod: true },
  after: { places: Array.from({ length: 20 }, () => "invocation" as const), isMethod: true },
};
const nothing: Meaning = { signature: null, subject: null, of: null };

export function meaningOf(site: CallSite, found: DiscoveredFile): Meaning {
  const callee = site.callee.replace(/^new /, "");
  const ours = namesOurs(callee, found);
  const method = callee.includes(".") ? (callee.split(".").at(-1)?.trim() ?? "") : "";
  const signature = found.language === "python" ? signatureOf(ours, callee, method, found) : null;
  if (site.argument === "after") return { signature, subject: "invocation", of: null };
  const known = (ours === null ? undefined : calls[ours]) ?? methodNamed(method, found);
  if (known === undefined) return { ...nothing, signature };
  const subject =
    (typeof site.argument === "number" ? known.places[site.argument] : known.named?.[site.argument]) ?? null;
  return { signature, subject, of: subject?.endsWith("Version") === true ? ownerOf(site, known) : null };
}

/** What a dotted name is in the SDK; null for what isn't its. */
function namesOurs(dotted: string, { imports, language }: DiscoveredFile): string | null {
  const [first = "", ...rest] = dotted.split(".");
  const imported = imports.get(first.trim());
  if (imported !== undefined) {
    const isOurs = /^(zenml|headrace)(\.|$)/.test(imported.module);
    return isOurs ? (rest.at(-1) ?? imported.name) : null;
  }
  // The import is often written last.
  return language === "python" && rest.length === 0 && imports.size > 0 ? dotted : null;
}

function methodNamed(method: string, { imports }: DiscoveredFile): Subjects | undefined {
  const knowsUs = [...imports.values()].some(({ module }) => /^(zenml|headrace)(\.|$)/.test(module));
  const known = knowsUs ? calls[method] : undefined;
  return known?.isMethod === true ? known : undefined;
}

function signatureOf(
  ours: string | null,
  callee: string,
  method: string,
  { steps, pipelines }: DiscoveredFile,
): Signed | null {
  if (ours !== null && isSigned(ours)) return ours;
  if (method !== "with_options" && method !== "configure") return null;
  const receiver = callee.slice(0, callee.lastIndexOf(".")).trim();
  if (steps.some((step) => step.functionName === receiver)) return "step.configure";
  return pipelines.some((pipeline) => pipeline.functionName === receiver) ? "pipeline.configure" : null;
}

const plainlySigned: ReadonlySet<string> = new Set([
  "step",
  "pipeline",
  "Model",
  "ArtifactConfig",
  "ExternalArtifact",
  "StepRetryConfig",
  "CachePolicy",
] satisfies Signed[]);

function isSigned(name: string): name is Signed {
  return plainlySigned.has(name);
}

/** The argument whose versions are meant: the first one. */
function ownerOf({ before }: CallSite, { named }: Subjects): string | null {
  const names = Object.entries(named ?? {}).flatMap(([name, subject]) =>
    subject === "artifact" || subject === "model" ? [name] : [],
  );
  const written = [0, ...names].map((key) => before.get(key)).find((value) => value !== undefined);
  return written === undefined ? null : literalValue(written);
}
