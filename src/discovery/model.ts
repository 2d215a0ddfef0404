/** What reading source, without running it, tells about pipelines and steps. Lines and columns count from 1. */
import type { Language } from "../core/entities";

export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface DiscoveredParameter {
  readonly name: string;
  /** As written; null without annotation. */
  readonly annotation: string | null;
  /** Source text of the default; null when the argument is required. */
  readonly default: string | null;
}

interface DiscoveredFunction {
  readonly language: Language;
  readonly file: string;
  /** Name of the function, class or exported constant. */
  readonly functionName: string;
  /** Name it is recorded under: the decorator's `name=`, else the function's. */
  readonly name: string;
  /** The whole definition, decorators included: lenses stand above it. */
  readonly span: Span;
  /** The defining line (`def …`), where gutter marks stand. */
  readonly line: number;
  /** Of the name itself. */
  readonly nameSpan: Span;
  readonly parameters: readonly DiscoveredParameter[];
  readonly docstring: string | null;
}

export interface DiscoveredStep extends DiscoveredFunction {
  readonly kind: "step";
  /** Return annotation as written; null without one. */
  readonly returns: string | null;
  /** Output names as far as the annotation tells: `output`, `output_0` … or the annotated names. */
  readonly outputs: readonly string[];
  /** How many values it returns; null when the annotation doesn't tell. */
  readonly outputCount: number | null;
}

/** Where a value that flows into a call comes from. */
export type DataSource =
  | {
      readonly kind: "call";
      readonly call: number;
      /** Place in an unpacking; null → the whole. */ readonly output: number | null;
    }
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "value"; readonly text: string };

export interface CallInput {
  /** Argument name; null for a positional one. */
  readonly name: string | null;
  readonly sources: readonly DataSource[];
}

export interface AssignedName {
  readonly name: string;
  /** Place in an unpacking; null when the name takes the whole result. */
  readonly output: number | null;
  readonly span: Span;
  /** Whether anything in the pipeline's body takes its value. */
  readonly isRead: boolean;
}

export interface Unpacking {
  readonly span: Span;
  /** The targets as written. */
  readonly targets: readonly string[];
}

/** An argument, or a part of one, that has no JSON form. */
export interface UnfitArgument {
  readonly what: "function" | "generator" | "object";
  /** What makes the object: `np.zeros`. */
  readonly made?: string;
  readonly span: Span;
  readonly text: string;
  /** It is the argument itself, and not in a container. */
  readonly isWhole: boolean;
  /** A lambda that would mean the same outside of the pipeline's function. */
  readonly lambda: { readonly parameters: string; readonly body: string } | null;
}

/** A name with the place where it is written. */
export interface Mention {
  readonly name: string;
  readonly span: Span;
}

/** A call of a step (or something that may be one) in a pipeline's body. */
export interface StepCall {
  readonly index: number;
  /** What is called, as written: `load_data`, `steps.load_data`. */
  readonly callee: string;
  /** The invocation's id as far as source tells: `load`, `load_2`, or the given `id=`. */
  readonly invocation: string;
  readonly span: Span;
  readonly calleeSpan: Span;
  readonly assigned: readonly AssignedName[];
  readonly inputs: readonly CallInput[];
  /** Invocations named by `after=`, as indices of calls. */
  readonly after: readonly number[];
  /** The literal names in `after=`. */
  readonly afterNames: readonly Mention[];
  /** The whole argument `after=…`. */
  readonly afterSpan: Span | null;
  /** Of the text given as `id=`. */
  readonly idSpan: Span | null;
  /** How many names its result is spread over; null for none, for one that takes the whole, and where `*rest` takes what is left. */
  readonly unpacked: Unpacking | null;
  /** What surely has no JSON form, in the order of the arguments; `argument` is a name, or a place among those without. */
  readonly unfit: readonly (UnfitArgument & { readonly argument: string | number })[];
  /** Whether the call stands in a loop or a condition, so that the run may hold it never or many times. */
  readonly repeated: "loop" | "condition" | null;
}

export interface DiscoveredPipeline extends DiscoveredFunction {
  readonly kind: "pipeline";
  readonly calls: readonly StepCall[];
  /** Of the text that names it (`name=`), where its function's name doesn't. */
  readonly givenName: Span | null;
  /** Functions called in its body that nothing in the file defines. */
  readonly undefinedCalls: readonly Mention[];
  /** What it calls may call steps in turn, or it decides while it runs: its calls are not all that it does. */
  readonly isOpaque: boolean;
}

/** A step that is called while the module is imported. */
export interface Stray extends Mention {
  /** The statement that is nothing but this call. */
  readonly statement: Span | null;
}

/** An option that is given to a decorator. */
export interface GivenOption extends Mention {
  readonly of: "pipeline" | "step";
}

export interface DiscoveredFile {
  readonly file: string;
  readonly language: Language;
  readonly pipelines: readonly DiscoveredPipeline[];
  readonly steps: readonly DiscoveredStep[];
  /** Names imported into this file → the module and name they come from, to find a step's definition. */
  readonly imports: ReadonlyMap<string, { readonly module: string; readonly name: string | null }>;
  /** The first import of the SDK: its line, and by which of its names. */
  readonly sdkImport: { readonly line: number; readonly module: "headrace" | "zenml" } | null;
  readonly options: readonly GivenOption[];
  /** Steps of this file that are called while the module is imported. */
  readonly strays: readonly Stray[];
  /** Artifacts that are looked up by a literal name: the literal's place. */
  readonly lookups: readonly Mention[];
  /** Names that artifacts are saved under outside of steps' outputs. */
  readonly saved: readonly string[];
  /** The text doesn't parse: some of what is listed may be remembered from before it broke. */
  readonly broken: boolean;
}

export interface StaticNode {
  readonly id: string;
  readonly step: string;
  readonly line: number;
  readonly repeated: StepCall["repeated"];
}

export interface StaticEdge {
  readonly from: string;
  readonly to: string;
  /** `data` carries a value; `after` only orders. */
  readonly kind: "data" | "after";
  /** Name of the value that flows, where source tells. */
  readonly label: string | null;
}

export interface StaticGraph {
  readonly pipeline: string;
  readonly nodes: readonly StaticNode[];
  readonly edges: readonly StaticEdge[];
}
