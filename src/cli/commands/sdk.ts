/** `headrace sdk`: the Python SDK for interpreters whose processes aren't started by Headrace. */
import path from "node:path";
import { installSdk } from "../../runtimes/python/install";
import { findInterpreter } from "../../runtimes/python/interpreter";
import { pythonSdkFolder } from "../../runtimes/python/sdkFolder";
import { writeWheel } from "../../runtimes/python/wheel";
import { EXIT, UsageError, parse, positionals } from "../command";
import type { Command, CommandContext } from "../command";
import { extensionRoot, versionOf } from "../root";
import { workspaceOf } from "../workspace";

const help = `install  puts "headrace" and "zenml" into an environment, for notebook kernels and other processes that
         neither a run, nor a terminal of the editor, nor "headrace exec" starts. Nothing is downloaded. Such a
         process finds the engine of an open window by the folder that it is in.
wheel    writes the same as a wheel into DIR (by default the current folder).

An installed ZenML stays untouched. In and below folders that Headrace keeps a store in, "import zenml" gives Headrace's API
all the same; elsewhere it gives ZenML's. HEADRACE_ZENML=headrace or =installed chooses one of them wherever it is set;
"import headrace" always gives Headrace.

Options:
  --python PATH    the interpreter, or a virtual environment's folder; by default the workspace's
  --workspace DIR  the folder to find the interpreter for

Example:
  headrace sdk install --python .venv`;

export const sdkCommand: Command = {
  name: "sdk",
  synopsis: "install [--python PATH] | wheel [DIR]",
  summary: "install the Python SDK into an environment",
  help,
  run(args, context) {
    const { values, positionals: given } = parse(args, { python: { type: "string" } });
    const [action, folder] = positionals(given, ["install or wheel", "DIR"], 1);
    if (action === "wheel") return wheel(context, folder ?? ".");
    if (action !== "install") throw new UsageError(`"${String(action)}" is neither install nor wheel.`);
    if (folder !== undefined) throw new UsageError(`Too many arguments: "${folder}".`);
    return install(context, values.workspace, values.python);
  },
};

async function wheel({ terminal, cwd }: CommandContext, folder: string): Promise<number> {
  const root = extensionRoot(__dirname);
  terminal.out(await writeWheel(pythonSdkFolder(root), versionOf(root), path.resolve(cwd, folder)));
  return EXIT.done;
}

async function install(
  { terminal, cwd, interrupted }: CommandContext,
  given: string | undefined,
  python: string | undefined,
): Promise<number> {
  const root = extensionRoot(__dirname);
  // A path that was given is taken from where the user is.
  const workspace = python === undefined ? workspaceOf(cwd, given, undefined) : cwd;
  const interpreter = await findInterpreter({
    file: path.join(cwd, "script.py"),
    workspace,
    signal: interrupted,
    ...(python === undefined ? {} : { explicit: python }),
  });
  const done = await installSdk({
    interpreter,
    sdk: pythonSdkFolder(root),
    version: versionOf(root),
    signal: interrupted,
  });
  terminal.out(`Installed headrace ${done.version} for ${done.command}.`);
  if (done.zenml !== null) {
    terminal.out(
      `ZenML ${done.zenml} is installed there, too: "import zenml" gives Headrace's API in the folders that Headrace keeps ` +
        "a store in, and ZenML's everywhere else. HEADRACE_ZENML=headrace or =installed chooses.",
    );
  }
  return EXIT.done;
}
