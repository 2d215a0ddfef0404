/** The worker process: started by the engine, which names itself in the environment; ends when the connection does. */
import { createRequire } from "node:module";
import path from "node:path";
import * as api from "../api/index";
import { RequestFailure } from "../api/errors";
import { classes } from "../api/materializers/encoding";
import { packages } from "../api/materializers/registry";
import { session } from "../api/session";
import { ENVIRONMENT, PROTOCOL_VERSION } from "../../protocol";
import type {
  CompileParams,
  CompileResult,
  CompileStepsParams,
  CompileStepsResult,
  ExecuteParams,
  ExecuteResult,
  HelloResult,
  Marked,
} from "../../protocol";
import { annotatedReturn } from "./annotated";
import { compile } from "./compile";
import type { Compiling } from "./compile";
import { Connection } from "./connection";
import { Executor } from "./execute";
import type { Executable } from "./execute";
import { failureOf } from "./failure";
import { compileSteps } from "./foreign";
import { Loader } from "./loader";
import { isUsers } from "./resolve";
import { nameAt } from "./statements";
import { UserCode } from "./userCode";

const exit = process.exit.bind(process);

class Worker {
  readonly #loader = new Loader(api);
  readonly #code = new UserCode();
  readonly #skipped: Parameters<NonNullable<typeof session.skipped>>[0][] = [];
  #executor: Executor | null = null;

  async serve(address: string, token: string): Promise<void> {
    const connection = await Connection.open(address, {
      requests: {
        warm: (params: { readonly modules: readonly string[] }) => this.#warm(params),
        compile: (params: CompileParams & Marked) => this.#compile(params),
        steps: (params: CompileStepsParams & Marked) => this.#steps(params),
        execute: (params: ExecuteParams) => this.#execute(params),
        hook: (params: { readonly hook: "init" | "cleanup" } & Marked) => this.#hook(params),
      },
      notification: (method) => {
        if (method === "cancel") this.#code.cancel();
        if (method === "shutdown") connection.close();
      },
      closed: () => exit(0),
    });
    const hello = {
      protocol: PROTOCOL_VERSION,
      token,
      role: "worker",
      language: "node",
      languageVersion: process.versions.node,
      pid: process.pid,
    };
    const welcome = (await connection.request("hello", hello)) as HelloResult;
    session.request = (method, params) => connection.request(method, params);
    session.workspace = welcome.workspace;
    session.skipped = (pipeline) => {
      this.#skipped.push(pipeline);
      this.#loader.stop();
      return new Promise(() => undefined);
    };
    session.isUsers = isUsers;
    session.nameAt = ({ file, line }) => {
      const module = this.#loader.module(file);
      return module === undefined ? null : nameAt(module.source, line);
    };
    session.returnsAt = (place) => {
      const module = this.#loader.module(place.file);
      return module === undefined ? null : annotatedReturn(module, place);
    };
    classes.names = this.#classNames(welcome.workspace);
    packages.load = (name) =>
      Promise.resolve(createRequire(path.join(welcome.workspace, "_"))(name) as unknown);
  }

  async #warm({ modules }: { readonly modules: readonly string[] }): Promise<{ failed: readonly string[] }> {
    const failed: string[] = [];
    for (const file of modules) {
      try {
        createRequire(file)(file);
      } catch {
        failed.push(file);
      }
    }
    return Promise.resolve({ failed });
  }

  async #compile(params: CompileParams & Marked): Promise<CompileResult> {
    const { spec } = await this.#planned(params, (compiling) => compile(params, compiling));
    const notices = this.#skipped.map(
      ({ name, made }) =>
        `The call of pipeline ${name} was skipped while ${path.basename(made?.file ?? params.file)} was imported.`,
    );
    const said = { ...spec, notices: [...spec.notices, ...notices] };
    return { spec: said, modules: [...this.#loader.packageFiles] };
  }

  async #steps(params: CompileStepsParams & Marked): Promise<CompileStepsResult> {
    const { result } = await this.#planned(params, (compiling) => compileSteps(params, compiling));
    return { ...result, modules: [...this.#loader.packageFiles] };
  }

  /** Imports and traces user code; it is what is executed from now on. */
  #planned<P extends Executable>({ marker }: Marked, make: (from: Compiling) => Promise<P>): Promise<P> {
    return this.#code.run(marker, async () => {
      try {
        const compiling = { loader: this.#loader, workspace: session.workspace };
        const plan = await this.#code.guard(() => make(compiling));
        this.#executor = new Executor(plan, (work) => this.#code.guard(work));
        return plan;
      } catch (error) {
        throw new RequestFailure(failureOf(error));
      }
    });
  }

  async #execute(params: ExecuteParams): Promise<ExecuteResult> {
    const executor = this.#compiled();
    return this.#code.run(params.marker, async (signal) => {
      const result = await executor.execute(params, signal);
      return signal.aborted ? { ...result, cancelled: true } : result;
    });
  }

  async #hook({ hook, marker }: { readonly hook: "init" | "cleanup" } & Marked): Promise<unknown> {
    const executor = this.#compiled();
    return this.#code.run(marker, async () => ({ failure: await executor.hook(hook) }));
  }

  #compiled(): Executor {
    if (this.#executor === null) throw new Error("Nothing has been compiled in this process yet.");
    return this.#executor;
  }

  /** `src/shapes.ts:Point`: where a class is exported. */
  #classNames(workspace: string): typeof classes.names {
    const relative = (file: string): string => path.relative(workspace, file).split(path.sep).join("/");
    const exported = (): readonly (readonly [string, unknown])[] =>
      [...this.#loader.modules()].flatMap(({ file, exports }) =>
        Object.entries(exports).map(([name, value]) => [`${relative(file)}:${name}`, value] as const),
      );
    return {
      nameOf: (constructor) => exported().find(([, value]) => value === constructor)?.[0] ?? null,
      classNamed: (name) => exported().find(([known]) => known === name)?.[1],
    };
  }
}

function start(): void {
  const { [ENVIRONMENT.address]: address, [ENVIRONMENT.token]: token } = process.env;
  // Only what this process was started with: a program that user code starts must inherit neither.
  for (const name of [ENVIRONMENT.address, ENVIRONMENT.token, "ELECTRON_RUN_AS_NODE"])
    Reflect.deleteProperty(process.env, name);
  if (address === undefined || token === undefined) {
    process.stderr.write(
      "This is started by the Headrace engine. To run a pipeline, use `headrace run FILE`.\n",
    );
    exit(2);
    return;
  }
  new Worker().serve(address, token).catch((error: unknown) => {
    process.stderr.write(`The worker can't reach its engine: ${String(error)}\n`);
    exit(1);
  });
}

start();
