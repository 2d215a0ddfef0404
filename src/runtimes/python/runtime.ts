/** Python as the engine sees it: which interpreter, and what it is. */
import type { JsonObject } from "../../core/json";
import { HostedRuntime } from "../hostedRuntime";
import type { Finder, HostedRuntimeOptions } from "../hostedRuntime";
import { findInterpreter } from "./interpreter";
import type { Interpreter, InterpreterSources } from "./interpreter";
import { probe, stampOf } from "./probe";
import { pythonLaunch } from "./worker";
import type { ZenmlChoice } from "./worker";

export interface PythonRuntimeOptions extends HostedRuntimeOptions {
  /** Folder to be put on PYTHONPATH. */
  readonly sdk: string;
  readonly sources?: InterpreterSources;
  /** Asked at every start of a worker. */
  readonly zenml?: () => ZenmlChoice;
  /** Asked at every start of a worker: of its address space; 0 for none. */
  readonly memoryLimitMb?: () => number;
}

export class PythonRuntime extends HostedRuntime<Interpreter> {
  constructor(options: PythonRuntimeOptions) {
    super(finder(options), options);
  }
}

function finder({
  workspace,
  sources,
  sdk,
  zenml,
  memoryLimitMb,
}: PythonRuntimeOptions): Finder<Interpreter> {
  const limit = (): number => memoryLimitMb?.() ?? 0;
  return {
    language: "python",
    title: "Python",
    find: ({ file, interpreter, signal }) => {
      const explicit = interpreter === undefined ? {} : { explicit: interpreter };
      return findInterpreter({ file, workspace, signal, ...explicit }, sources);
    },
    launch: (interpreter) => pythonLaunch(interpreter, sdk, { zenml: zenml?.(), memoryLimitMb: limit() }),
    stampOf: async (interpreter) => [await stampOf(interpreter), zenml?.() ?? "", limit()].join(" "),
    describe: async (interpreter): Promise<JsonObject> => {
      const facts = await probe(interpreter);
      return { interpreter: interpreter.command, origin: interpreter.origin, ...facts };
    },
  };
}
