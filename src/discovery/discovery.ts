/** Finds the pipelines and steps of workspaces, in open documents and in files, without running anything. */
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { languageOf } from "../core/languages";
import { byName } from "../core/naturalOrder";
import type { DiscoveredFile, DiscoveredPipeline, DiscoveredStep, StaticGraph, StepCall } from "./model";
import { Documents, type SourceText } from "./documents";
import type { FileLister } from "./files";
import { type Grammars, grammarsFrom, type WasmSource } from "./grammars";
import { staticGraph, stepCalls } from "./graph";
import { Signatures } from "./signatures";
import type { TextEdit } from "./shift";

export interface DiscoveryOptions {
  readonly wasm: WasmSource;
  readonly files: FileLister;
}

/** How long typing has to rest before the text is read again. */
const REST_MS = 120;

export class Discovery {
  private readonly documents: Documents;
  private readonly grammars: Grammars;
  private readonly scans = new Map<string, Promise<void>>();
  private readonly scanned = new Set<string>();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly listeners = new Set<(file: string | null) => void>();

  constructor(private readonly options: DiscoveryOptions) {
    this.grammars = grammarsFrom(options.wasm);
    this.documents = new Documents(this.grammars);
  }

  /** After the pipelines or steps of a file (null: of many) changed. */
  readonly onDidChange = (listener: (file: string | null) => void): { dispose(): void } => {
    const own = (file: string | null): void => listener(file);
    this.listeners.add(own);
    return { dispose: () => this.listeners.delete(own) };
  };

  /**
   * For providers, which must answer at once: what was last found, moved by what was typed since. A version that was
   * not read yet is read when typing rests, and listeners are told then.
   */
  readLater(source: SourceText): DiscoveredFile | null {
    const known = this.documents.known(source.file, source.version);
    if (known !== null) return known;
    const latest = this.documents.latest(source.file);
    clearTimeout(this.waiting.get(source.file));
    const act = (): void => {
      this.waiting.delete(source.file);
      // Its listeners hear of the result; an error comes again, and is told, when something is done on purpose.
      void this.read(source).catch(() => null);
    };
    this.waiting.set(source.file, setTimeout(act, latest === null ? 0 : REST_MS));
    return latest;
  }

  /** Moves what is known of a file by what was typed into it. */
  edited(file: string, edits: readonly TextEdit[]): void {
    this.documents.edited(file, edits);
  }

  async read(source: SourceText, signal?: AbortSignal): Promise<DiscoveredFile | null> {
    const before = this.documents.latest(source.file);
    const found = await this.documents.read(source, signal);
    this.tellIfChanged(source.file, before, found);
    return found;
  }

  /** What was last found in a file. */
  latest(file: string): DiscoveredFile | null {
    return this.documents.latest(file);
  }

  /** Reads the file from disk unless it is known already. */
  async file(file: string): Promise<DiscoveredFile | null> {
    return this.documents.latest(file) ?? (await this.refresh(file));
  }

  /** After a file was created or changed on disk. */
  async refresh(file: string, signal?: AbortSignal): Promise<DiscoveredFile | null> {
    const before = this.documents.latest(file);
    const found = await this.readFromDisk(file, signal);
    this.tellIfChanged(file, before, found);
    return found;
  }

  forget(file: string): void {
    if (this.documents.forget(file)) this.tell(file);
  }

  hasScanned(folder: string): boolean {
    return this.scanned.has(folder);
  }

  /** Reads all source files below a folder once; later changes come through `refresh` and `read`. */
  scan(folder: string, signal: AbortSignal = new AbortController().signal): Promise<void> {
    let scan = this.scans.get(folder);
    if (scan === undefined) {
      scan = this.readAll(folder, signal).finally(() => {
        // One that was cancelled or failed may be asked for again.
        if (!this.scanned.has(folder)) this.scans.delete(folder);
      });
      this.scans.set(folder, scan);
    }
    return scan;
  }

  /** Forgets what was scanned and reads again. */
  rescan(folder: string, signal?: AbortSignal): Promise<void> {
    this.scans.delete(folder);
    this.scanned.delete(folder);
    return this.scan(folder, signal);
  }

  pipelines(folder: string): readonly DiscoveredPipeline[] {
    return this.below(folder).flatMap((found) => found.pipelines);
  }

  steps(folder: string): readonly DiscoveredStep[] {
    return this.below(folder).flatMap((found) => found.steps);
  }

  /** Names that code below a folder saves artifacts under, outside of steps' outputs. */
  savedNames(folder: string): readonly string[] {
    return this.below(folder).flatMap((found) => found.saved);
  }

  /** Steps below a folder that a Python file can import, each with its module as the file would name it. */
  importable(folder: string, file: string): readonly { readonly module: string; readonly name: string }[] {
    return this.steps(folder).flatMap((step) => {
      const isTop = step.language === "python" && step.span.column === 1 && step.file !== file;
      const module = isTop ? moduleName(folder, file, step.file) : null;
      return module === null ? [] : [{ module, name: step.functionName }];
    });
  }

  /** What the Python SDK can be given, by its own text in this folder. */
  signatures(sdk: string): Signatures {
    return new Signatures(() => this.grammars.load("python"), sdk);
  }

  /** The definition of what a pipeline calls; null when it is not known in the workspace. */
  stepOf(pipeline: DiscoveredPipeline, call: StepCall): DiscoveredStep | null {
    const own = this.documents.latest(pipeline.file);
    const [first = "", ...rest] = call.callee.split(".");
    const imported = own?.imports.get(first);
    const name = rest.at(-1) ?? imported?.name ?? first;
    const local = own?.steps.find((step) => step.functionName === name || step.name === call.invocation);
    if (local !== undefined && imported === undefined) return local;
    const candidates = this.everywhere().flatMap((found) =>
      found.steps.filter((step) => step.functionName === name),
    );
    const module = (imported?.module ?? "").split(".").at(-1) ?? "";
    return (
      candidates.find((step) => path.basename(step.file, path.extname(step.file)) === module) ??
      candidates[0] ??
      null
    );
  }

  /** The definition of what a pipeline calls, where there is no doubt at all: for telling people what is wrong. */
  surelyStepOf(pipeline: DiscoveredPipeline, call: StepCall): DiscoveredStep | null {
    const own = this.documents.latest(pipeline.file);
    if (own === null || call.callee.includes(".")) return null;
    const imported = own.imports.get(call.callee);
    const name = imported === undefined ? call.callee : imported.name;
    const isFrom = (file: string): boolean =>
      imported === undefined ? file === pipeline.file : isModule(file, imported.module);
    const candidates = this.everywhere()
      .filter((found) => isFrom(found.file) && !found.broken)
      .flatMap((found) => found.steps.filter((step) => step.functionName === name));
    return candidates.length === 1 ? (candidates[0] ?? null) : null;
  }

  /** The calls of a pipeline that are steps, or may be. */
  callsOf(pipeline: DiscoveredPipeline): readonly StepCall[] {
    return stepCalls(pipeline, (call) => this.isStep(pipeline, call));
  }

  graph(pipeline: DiscoveredPipeline): StaticGraph {
    return staticGraph(pipeline, (call) => this.isStep(pipeline, call));
  }

  /** Surely a step; surely a helper of the workspace; or from elsewhere, and so possibly a step. */
  private isStep(pipeline: DiscoveredPipeline, call: StepCall): boolean | null {
    if (this.stepOf(pipeline, call) !== null) return true;
    const imported = this.documents.latest(pipeline.file)?.imports.get(call.callee.split(".")[0] ?? "");
    if (imported === undefined) return null;
    const module = imported.module.split(".").at(-1) ?? "";
    const source = this.everywhere().find(
      (found) => path.basename(found.file, path.extname(found.file)) === module,
    );
    return source === undefined ? null : false;
  }

  private everywhere(): readonly DiscoveredFile[] {
    return [...this.documents.files()].flatMap((file) => this.documents.latest(file) ?? []);
  }

  private below(folder: string): readonly DiscoveredFile[] {
    const prefix = folder.endsWith(path.sep) ? folder : folder + path.sep;
    return this.everywhere()
      .filter((found) => found.file.startsWith(prefix))
      .sort((a, b) => byName(a.file, b.file));
  }

  private async readAll(folder: string, signal: AbortSignal): Promise<void> {
    for (const file of await this.options.files.list(folder, signal)) {
      if (signal.aborted) return;
      // Each read awaits the disk, so that the host stays free between files. What an editor shows is newer than the disk.
      if (this.documents.latest(file) === null) await this.readFromDisk(file, signal);
    }
    if (signal.aborted) return;
    this.scanned.add(folder);
    this.tell(null);
  }

  private async readFromDisk(file: string, signal?: AbortSignal): Promise<DiscoveredFile | null> {
    if (languageOf(file) === null) return null;
    const source = await this.options.files.read(file);
    if (source === null) {
      this.documents.forget(file);
      return null;
    }
    return this.documents.read({ file, version: source.version, text: () => source.text }, signal);
  }

  private tellIfChanged(file: string, before: DiscoveredFile | null, now: DiscoveredFile | null): void {
    const hasAny = (found: DiscoveredFile | null): boolean =>
      found !== null && found.pipelines.length + found.steps.length > 0;
    if (before === now || (!hasAny(before) && !hasAny(now))) return;
    if (!isDeepStrictEqual(before, now)) this.tell(file);
  }

  private tell(file: string | null): void {
    for (const listener of [...this.listeners]) listener(file);
  }
}

/** Beside the importing file or below it, else from the folder: both are where Python looks. */
function moduleName(folder: string, from: string, file: string): string | null {
  const beside = path.relative(path.dirname(from), file);
  const relative = beside.startsWith("..") ? path.relative(folder, file) : beside;
  const module = relative
    .replace(/\.py$/i, "")
    .split(path.sep)
    .join(".")
    .replace(/\.__init__$/, "");
  return /^[A-Za-z_][\w.]*$/.test(module) ? module : null;
}

/** `steps.load` is `…/steps/load.py`. */
function isModule(file: string, module: string): boolean {
  const parts = module.replace(/^\.+/, "").split(".");
  return file.slice(0, -path.extname(file).length).endsWith(path.sep + parts.join(path.sep));
}
