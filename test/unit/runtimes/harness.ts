/** Real endpoint and real Python processes for the tests of the runtimes. */
import { randomUUID } from "node:crypto";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { Endpoint } from "../../../src/runtimes/endpoint";
import type { ExecuteParams } from "../../../src/runtimes/protocol";
import type { ExecuteOptions, PeerService } from "../../../src/runtimes/runtime";
import type { HostedWorker } from "../../../src/runtimes/hostedWorker";
import { startPythonWorker } from "../../../src/runtimes/python/worker";

const root = path.resolve(__dirname, "../../..");
export const PUPPET = path.join(__dirname, "puppet");
export const SDK = path.join(root, "src/runtimes/python/sdk");
export const PYTHON = path.join(root, ".venv", "bin", "python");
export const python = { command: PYTHON, args: [], origin: "the test" };

export const never = new AbortController().signal;

export async function temporaryFolder(test: TestContext): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "headrace-test-")));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function openEndpoint(
  test: TestContext,
  workspace: string,
  service: PeerService = silentService,
): Promise<Endpoint> {
  const store = path.join(workspace, ".headrace");
  const welcome = {
    workspace,
    store,
    artifacts: path.join(store, "artifacts"),
    tmp: path.join(store, "tmp"),
    settings: {},
  };
  const endpoint = await Endpoint.open({ welcome });
  test.after(() => endpoint.close());
  endpoint.serve(service);
  return endpoint;
}

const silentService: PeerService = {
  request: (method) => Promise.reject(new Error(`Nobody answers ${method} in this test.`)),
};

/** A worker that executes what the test writes: {@link executing}. */
export async function startPuppet(test: TestContext): Promise<HostedWorker> {
  const workspace = await temporaryFolder(test);
  const endpoint = await openEndpoint(test, workspace);
  const worker = await startPythonWorker({
    interpreter: python,
    sdk: PUPPET,
    workspace,
    endpoint,
    signal: never,
  });
  test.after(() => worker.kill());
  return worker;
}

export function executing(code: string, invocation = "step"): ExecuteParams {
  return {
    stepRunId: randomUUID(),
    runId: randomUUID(),
    invocation,
    attempt: 1,
    lastAttempt: true,
    inputs: {},
    outputs: [],
    context: { code },
    metadata: false,
    visualization: false,
    marker: randomUUID(),
  };
}

/** Collects what a step prints. */
export class Capture {
  readonly #chunks = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  readonly #waiting: (() => void)[] = [];
  bytes = 0;

  options(signal: AbortSignal = never): ExecuteOptions {
    return {
      signal,
      onOutput: ({ stream, bytes }) => {
        this.#chunks[stream].push(bytes);
        this.bytes += bytes.length;
        for (const wake of this.#waiting.splice(0)) wake();
      },
    };
  }

  /** Resolves once stdout holds the text. */
  async sees(text: string): Promise<void> {
    while (!this.stdout.toString("latin1").includes(text)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  get stdout(): Buffer {
    return Buffer.concat(this.#chunks.stdout);
  }
  get stderr(): Buffer {
    return Buffer.concat(this.#chunks.stderr);
  }
}
