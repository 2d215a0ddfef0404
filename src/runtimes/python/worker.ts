/** Python's side of a worker: how its process is started, and what its failures mean. */
import path from "node:path";
import { HostedWorker } from "../hostedWorker";
import type { Launch, WorkerOptions } from "../hostedWorker";
import { explained } from "./advice";
import type { Interpreter } from "./interpreter";
import { requireSuitable, requireVersion } from "./probe";

/** Not `-m`: that would put the workspace before the standard library, where a file `types.py` would break the start. */
const ENTRY = [
  "import sys",
  "sys.path[:] = sys.path[1:] if sys.path[:1] == [''] else sys.path",
  "from headrace.worker import main",
  "sys.exit(main())",
].join("\n");

/** Which ZenML `import zenml` gives: Headrace's own, or the one that is installed in the interpreter. */
export type ZenmlChoice = "headrace" | "installed";

export interface PythonWorkerOptions extends Omit<WorkerOptions, "launch"> {
  readonly interpreter: Interpreter;
  /** Folder to be put on PYTHONPATH. */
  readonly sdk: string;
}

/** Starts a process and waits until it has said hello. When it can't, the error says what is wrong with the interpreter. */
export function startPythonWorker({
  interpreter,
  sdk,
  ...options
}: PythonWorkerOptions): Promise<HostedWorker> {
  return HostedWorker.start({ ...options, launch: pythonLaunch(interpreter, sdk) });
}

export interface PythonChoices {
  readonly zenml?: ZenmlChoice | undefined;
  /** Of the process's address space, where the system has such a limit; 0 for none. */
  readonly memoryLimitMb?: number;
}

export function pythonLaunch(
  interpreter: Interpreter,
  sdk: string,
  { zenml, memoryLimitMb = 0 }: PythonChoices = {},
): Launch {
  const { command, args, origin } = interpreter;
  return {
    language: "python",
    title: "Python",
    place: `${command}, from ${origin}`,
    command,
    args: [...args, "-c", ENTRY],
    environment: { ...environmentOf(sdk), ...zenmlEnvironment(zenml), ...memoryEnvironment(memoryLimitMb) },
    requireVersion: (version) => requireVersion(interpreter, version),
    requireSuitable: () => requireSuitable(interpreter),
    explained: (failure, version) => explained(failure, { interpreter, version }),
    adviceFor: ({ code, signal }) =>
      signal === null
        ? `Something called os._exit(${code ?? ""}) or the like; raise an exception instead, so that the step can say why.`
        : null,
  };
}

/** What tells a process of the choice; nothing where nobody chose, so that an inherited variable counts. */
export function zenmlEnvironment(choice: ZenmlChoice | undefined): Readonly<Record<string, string>> {
  return choice === undefined ? {} : { HEADRACE_ZENML: choice };
}

/** Nothing where nobody chose, so that an inherited variable counts (the command line has no settings). */
function memoryEnvironment(limitMb: number): Readonly<Record<string, string>> {
  return limitMb > 0 ? { HEADRACE_MEMORY_LIMIT_MB: String(limitMb) } : {};
}

function environmentOf(sdk: string): NodeJS.ProcessEnv {
  const inherited = { ...process.env };
  // The extension host sets it for its own children; a program that user code starts must not inherit it.
  delete inherited["ELECTRON_RUN_AS_NODE"];
  const pythonPath = [sdk, inherited["PYTHONPATH"]].filter((part) => part !== undefined && part !== "");
  return {
    ...inherited,
    PYTHONPATH: pythonPath.join(path.delimiter),
    PYTHONUTF8: "1",
    PYTHONIOENCODING: "utf-8:surrogateescape",
  };
}
