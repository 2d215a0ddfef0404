/** What can happen to an engine while it runs a pipeline, and what must then be true. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import type { Engine } from "../../src/engine/api";
import { openEngine } from "../../src/engine/open";
import { storedPayloads } from "../../src/engine/storedPayloads";
import { foldersOf } from "../../src/store/layout";
import type { EnginePlan } from "./engineWriter";
import type { Random } from "./random";
import type { Scenario } from "./scenarios";

const root = path.resolve(__dirname, "../..");
const python = process.env["HEADRACE_TEST_PYTHON"] ?? path.join(root, ".venv/bin/python");
const bundle = path.join(root, ".cache", "faults", "engineWriter.js");

/** Every process that imports it stays connected to the harness: when the connection ends, so has the process. */
const PIPELINE = `import os
import socket
from typing import Dict, List, Tuple

from zenml import pipeline, save_artifact, step

alive = None
if "HARNESS_PORT" in os.environ:
    alive = socket.create_connection(("127.0.0.1", int(os.environ["HARNESS_PORT"])))


@step
def small(value: int) -> int:
    print("small", value)
    return value + 1


@step
def large(value: int) -> Tuple[List[int], Dict[str, str]]:
    save_artifact("x" * value, name="saved_inside")
    return list(range(value * 2000)), {"text": "y" * 300_000}


@pipeline
def work():
    value = small(0)
    for _ in range(10):
        large(value)
        value = small(value)
        small(value)
`;

let built: Promise<unknown> | undefined;
function buildWriter(): Promise<unknown> {
  built ??= build({
    entryPoints: [path.join(__dirname, "engineWriter.ts")],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["sql.js"],
    logLevel: "error",
  });
  return built;
}

class EngineProcess {
  readonly said: string[] = [];
  readonly ended: Promise<unknown>;
  readonly #look = new Set<() => void>();
  #errors = "";

  constructor(readonly child: ChildProcess) {
    let rest = "";
    child.stderr?.on("data", (chunk: Buffer) => (this.#errors += chunk.toString()));
    child.stdout?.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      this.said.push(...lines);
      for (const look of this.#look) look();
    });
    this.ended = once(child, "close").then(() => {
      for (const look of this.#look) look();
    });
  }

  /** Resolves when `times` lines match, or when the process has ended. */
  says(wanted: RegExp, times: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        const enough = this.said.filter((line) => wanted.test(line)).length >= times;
        if (!enough && this.child.exitCode === null && this.child.signalCode === null) return;
        this.#look.delete(look);
        resolve();
      };
      this.#look.add(look);
      look();
    });
  }

  /** Everything that was reported, by artifact version. */
  reported(): ReadonlyMap<string, string> {
    assert.equal(this.#errors, "");
    const done = this.said.map((line) => /^done (\S+) (\S+)$/.exec(line)).filter((match) => match !== null);
    return new Map(done.map(([, id = "", digest = ""]) => [id, digest]));
  }
}

interface Place {
  readonly workspace: string;
  readonly file: string;
  readonly start: (noCache?: boolean) => Promise<EngineProcess>;
  /** Resolves when no process that imported the pipeline is left. */
  readonly deserted: () => Promise<void>;
}

async function withWorkspace(work: (place: Place) => Promise<void>): Promise<void> {
  await buildWriter();
  const workspace = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "headrace-engines-")));
  const file = path.join(workspace, "work.py");
  fs.writeFileSync(file, PIPELINE);
  const connected = new Set<Promise<unknown>>();
  const server = createServer((socket: Socket) => {
    socket.on("error", () => undefined).resume();
    const closed = once(socket, "close").finally(() => connected.delete(closed));
    connected.add(closed);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = String((server.address() as AddressInfo).port);
  try {
    await work({
      workspace,
      file,
      start: (noCache = false) => {
        const plan: EnginePlan = { workspace, root, file, python, noCache };
        const env = { ...process.env, HARNESS_PORT: port };
        return Promise.resolve(
          new EngineProcess(spawn(process.execPath, [bundle, JSON.stringify(plan)], { env })),
        );
      },
      deserted: async () => {
        while (connected.size > 0) await Promise.all(connected);
      },
    });
    fs.rmSync(workspace, { recursive: true, force: true });
  } finally {
    server.close();
  }
}

/** The next engine finds all that was reported, whole; nothing that is not; no run that goes on; and it can run. */
async function assertSound(
  { workspace, file, deserted }: Place,
  reported: ReadonlyMap<string, string>,
): Promise<void> {
  await deserted();
  const store = path.join(workspace, ".headrace");
  const engine = await openEngine({ workspace, store, extensionRoot: root, keepsSpare: false });
  try {
    assert.equal(engine.readOnly, null);
    for (const [id, digest] of reported) {
      assert.equal(engine.reader.artifactVersion(id)?.digest, digest, "what was reported is lost");
    }
    await assertWhole(engine, store);
    for (const run of engine.reader.runs().items) {
      assert.ok(["completed", "interrupted"].includes(run.status), `run ${run.name} is ${run.status}`);
    }
    const run = await engine.run({ file, pipeline: null, origin: "api", python }).finished;
    assert.equal(run.status, "completed", run.failure?.message);
    await assertWhole(engine, store);
  } finally {
    await engine.close();
  }
  const tmp = foldersOf(store).tmp;
  assert.deepEqual(fs.existsSync(tmp) ? fs.readdirSync(tmp) : [], [], "something is left in tmp");
}

/** Every payload that the store knows has the content that its digest says. */
async function assertWhole({ reader }: Engine, store: string): Promise<void> {
  const payloads = storedPayloads({ folders: foldersOf(store), reader });
  const digests = reader
    .query("SELECT DISTINCT digest FROM artifact_version")
    .map((row) => String(row["digest"]));
  for (const digest of digests) assert.deepEqual(await payloads.verify(digest), []);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** SIGKILL at any moment of a run: right after something was reported, or a little later. */
const engineKilled: Scenario = (random: Random) =>
  withWorkspace(async (place) => {
    const engine = await place.start();
    await engine.says(/^(open|run|done)/, 1 + random.below(45));
    await pause(random.below(12));
    engine.child.kill("SIGKILL");
    await engine.ended;
    await assertSound(place, engine.reported());
  });

/** Two engines run in one folder, one is killed: the other completes, and both keep what they reported. */
const oneOfTwoEnginesKilled: Scenario = (random: Random) =>
  withWorkspace(async (place) => {
    const [killed, other] = await Promise.all([place.start(true), place.start(true)]);
    await killed.says(/^done/, 1 + random.below(15));
    killed.child.kill("SIGKILL");
    await Promise.all([killed.ended, other.ended]);
    assert.equal(other.said.at(-1), "ended completed");
    await assertSound(place, new Map([...killed.reported(), ...other.reported()]));
  });

const drawn = [
  ...Array.from({ length: 5 }, () => ({ name: "engine killed", scenario: engineKilled })),
  { name: "one of two engines killed", scenario: oneOfTwoEnginesKilled },
];

export function drawEngineScenario(random: Random): { readonly name: string; readonly scenario: Scenario } {
  return random.pick(drawn);
}
