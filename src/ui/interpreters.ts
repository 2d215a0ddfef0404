/**
 * What the editor knows about which Python runs: the setting, and what the Python extensions have chosen. Without
 * either, the runtime looks for itself (`.venv`, then PATH). No other extension is needed.
 */
import type { InterpreterSources } from "../runtimes/python/interpreter";
import { Disposable, Emitter } from "./lifecycle";
import type { Log } from "./log";
import { readSetting } from "./registry";
import type { VSCode } from "./vscodeTypes";

const PYTHON = "ms-python.python";
const ENVIRONMENTS = "ms-python.vscode-python-envs";

export class Interpreters extends Disposable {
  private readonly changes = this.register(new Emitter<null>());
  /** Another interpreter may have been chosen somewhere. */
  readonly onDidChange = this.changes.event;
  private listening = false;

  constructor(
    private readonly vscode: VSCode,
    private readonly log: Log,
  ) {
    super();
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("headrace.python")) this.changes.fire(null);
      }),
    );
  }

  /** For the Python runtime of a folder. */
  sources(folder: string): InterpreterSources {
    return {
      setting: () => {
        const value = readSetting(this.vscode, "python.interpreter", folder).trim();
        return value === ""
          ? null
          : { value: value.replaceAll("${workspaceFolder}", folder), name: "headrace.python.interpreter" };
      },
      pythonExtension: async () => (await this.fromEnvironments(folder)) ?? (await this.fromPython(folder)),
    };
  }

  private async fromEnvironments(folder: string): Promise<string | null> {
    const api = await this.apiOf(ENVIRONMENTS);
    const environment = await call(api, "getEnvironment", this.vscode.Uri.file(folder));
    const executable = text(property(property(property(environment, "execInfo"), "run"), "executable"));
    if (api !== null) this.listen(api, "onDidChangeEnvironment");
    return executable;
  }

  private async fromPython(folder: string): Promise<string | null> {
    const environments = property(await this.apiOf(PYTHON), "environments");
    const active = await call(environments, "getActiveEnvironmentPath", this.vscode.Uri.file(folder));
    if (active === null) return null;
    this.listen(environments, "onDidChangeActiveEnvironmentPath");
    const resolved = await call(environments, "resolveEnvironment", active);
    const executable = text(property(property(property(resolved, "executable"), "uri"), "fsPath"));
    const path = executable ?? text(property(active, "path"));
    // Its placeholder for "nothing chosen" is the bare command, which the engine finds better itself.
    return path === "python" ? null : path;
  }

  private async apiOf(id: string): Promise<unknown> {
    const extension = this.vscode.extensions.getExtension<unknown>(id);
    if (extension === undefined) return null;
    try {
      return extension.isActive ? extension.exports : await extension.activate();
    } catch (error) {
      this.log.error(`${id} could not be asked for its interpreter`, error);
      return null;
    }
  }

  private listen(api: unknown, event: string): void {
    const subscribe = property(api, event);
    if (this.listening || typeof subscribe !== "function") return;
    this.listening = true;
    const subscription: unknown = Reflect.apply(subscribe, api, [() => this.changes.fire(null)]);
    const dispose = property(subscription, "dispose");
    if (typeof dispose === "function")
      this.register({ dispose: () => Reflect.apply(dispose, subscription, []) as unknown });
  }
}

/** The other extension's answers are data from outside: nothing of their shape is taken for granted. */
function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (Reflect.get(value, name) as unknown) : null;
}

async function call(target: unknown, method: string, argument: unknown): Promise<unknown> {
  const found = property(target, method);
  if (typeof found !== "function") return null;
  try {
    return await (Reflect.apply(found, target, [argument]) as unknown);
  } catch {
    return null;
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
