/** From a request to a spec, with workers that are ready to execute it: one for each language that the pipeline is in. */
import path from "node:path";
import type { Language } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import { withForeignSteps } from "../../core/foreign";
import { languageOf } from "../../core/languages";
import type { PipelineSpec } from "../../core/spec";
import type { CompileParams, CompileStepsParams } from "../../runtimes/protocol";
import type { AcquireRequest, ExecuteOptions, OutputChunk, Runtime, Worker } from "../../runtimes/runtime";
import type { RunRequest } from "../api";
import { orCancelled } from "./cancelling";
import { foreignCalls } from "./foreign";

/** A worker that has compiled, and what it takes to get another like it. */
export interface Ready {
  readonly worker: Worker;
  readonly runtime: Runtime;
  readonly acquire: Omit<AcquireRequest, "signal">;
  readonly again: (worker: Worker, options: ExecuteOptions) => Promise<unknown>;
  readonly modules: readonly string[];
  readonly milliseconds: number;
}

export interface Compiled {
  readonly spec: PipelineSpec;
  readonly ready: ReadonlyMap<Language, Ready>;
  /** What user code printed meanwhile. */
  readonly printed: readonly OutputChunk[];
}

export interface CompilerOptions {
  readonly runtimes: ReadonlyMap<Language, Runtime>;
  readonly workspace: string;
}

/** Of what is printed while a pipeline is imported and compiled. */
const PRINTED_LIMIT = 1024 * 1024;
const COMPILE_GRACE_MS = 500;

export class Compiler {
  readonly #options: CompilerOptions;

  constructor(options: CompilerOptions) {
    this.#options = options;
  }

  async compile(request: RunRequest, signal: AbortSignal): Promise<Compiled> {
    const runtime = this.#runtimeOf(request.file);
    const params: CompileParams = {
      file: request.file,
      pipeline: request.pipeline,
      parameters: request.parameters ?? {},
      configPath: request.configPath ?? null,
    };
    const printed = new Printed();
    const chosen = request.python === undefined ? {} : { interpreter: request.python };
    const acquire = { file: request.file, ...chosen };
    const { result, ready } = await prepared(runtime, acquire, signal, {
      compile: (worker) => worker.compile(params, { signal, onOutput: printed.take }),
      again: (worker, quiet) => worker.compile({ ...params, replica: true }, quiet),
    });
    try {
      const others = await this.foreign(result.spec, signal, { printed, chosen });
      return { ...others, ready: new Map([[runtime.language, ready], ...others.ready]) };
    } catch (error) {
      release([ready]);
      throw error;
    }
  }

  /** Workers for the steps of other languages, and the spec with what they say of them. */
  async foreign(
    spec: PipelineSpec,
    signal: AbortSignal,
    { printed, chosen }: Choices = { printed: new Printed(), chosen: {} },
  ): Promise<Compiled> {
    const ready = new Map<Language, Ready>();
    let complete = spec;
    try {
      for (const [language, params] of foreignCalls(spec, this.#options.workspace)) {
        const made = await this.#foreignIn(language, params, signal, { printed, chosen });
        ready.set(language, made.ready);
        complete = withForeignSteps(complete, language, made.result);
      }
    } catch (error) {
      release(ready.values());
      throw error;
    }
    return { spec: complete, ready, printed: printed.chunks };
  }

  #foreignIn(
    language: Language,
    params: CompileStepsParams,
    signal: AbortSignal,
    { printed: { take }, chosen }: Choices,
  ) {
    const acquire = { file: params.calls[0]?.file ?? "", ...chosen };
    return prepared(this.#runtime(language, path.basename(acquire.file)), acquire, signal, {
      compile: (worker) => worker.compileSteps(params, { signal, onOutput: take }),
      again: (worker, quiet) => worker.compileSteps(params, quiet),
    });
  }

  #runtimeOf(file: string): Runtime {
    const base = path.basename(file);
    const language = languageOf(file);
    if (language === null) throw this.#unsupported(base);
    return this.#runtime(language, base);
  }

  #runtime(language: Language, base: string): Runtime {
    const runtime = this.#options.runtimes.get(language);
    if (runtime !== undefined) return runtime;
    throw this.#unsupported(base);
  }

  #unsupported(base: string): HeadraceError {
    return new HeadraceError("unsupported", `${base} is not a file that pipelines can be run from.`, {
      advice: `Pipelines are run from ${[...this.#options.runtimes.keys()].join(" and ")} files.`,
    });
  }
}

/** Gives workers back that nothing is executed on. */
export function release(ready: Iterable<Ready>): void {
  for (const { runtime, worker, modules } of ready) runtime.release(worker, modules);
}

class Printed {
  readonly chunks: OutputChunk[] = [];
  #room = PRINTED_LIMIT;

  readonly take = (chunk: OutputChunk): void => {
    this.#room -= chunk.bytes.length;
    if (this.#room > 0) this.chunks.push(chunk);
  };
}

interface Choices {
  readonly printed: Printed;
  /** The Python that was asked for; steps of other languages take no notice of it. */
  readonly chosen: Pick<AcquireRequest, "interpreter">;
}

interface Work<R> {
  readonly compile: (worker: Worker) => Promise<R>;
  readonly again: Ready["again"];
}

async function prepared<R extends { readonly modules: readonly string[] }>(
  runtime: Runtime,
  acquire: Ready["acquire"],
  signal: AbortSignal,
  { compile, again }: Work<R>,
): Promise<{ readonly result: R; readonly ready: Ready }> {
  const worker = await orCancelled(runtime.acquire({ ...acquire, signal }), signal, (late) =>
    runtime.release(late, []),
  );
  const since = performance.now();
  try {
    const result = await orCancelled(compile(worker), signal);
    const milliseconds = performance.now() - since;
    return { result, ready: { worker, runtime, acquire, again, modules: result.modules, milliseconds } };
  } catch (error) {
    if (signal.aborted) setTimeout(() => worker.kill(), COMPILE_GRACE_MS);
    else if (worker.lost === null) runtime.release(worker, []);
    throw error;
  }
}
