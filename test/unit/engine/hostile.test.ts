/** A `.headrace` that someone else prepared: whatever is in it, nothing crashes and nothing outside of the workspace is touched. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import * as v from "valibot";
import type { StoreEvent } from "../../../src/core/events";
import { HeadraceError } from "../../../src/core/errors";
import { pipelineSpecSchema } from "../../../src/core/spec";
import type { Engine } from "../../../src/engine/api";
import { openEngine } from "../../../src/engine/open";
import { encodeLine, headerOf } from "../../../src/store/journal";
import { openStore } from "../../../src/store/open";
import { Random } from "../../faults/random";
import { invoke } from "../cli/harness";
import {
  artifactCreated,
  commit,
  invocation,
  runCreated,
  spec,
  stepFinished,
  stepStarted,
  versionCreated,
} from "../store/support";

const NASTY = "../../\u202Egnp.exe\u0000\u001b[31m<img src=x onerror=alert(1)>'; DROP TABLE run; --";
const LONG = "x".repeat(10_000);

function workspaceOf(t: TestContext): string {
  const workspace = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "headrace-hostile-")));
  t.after(() => fs.rmSync(workspace, { recursive: true, force: true }));
  return workspace;
}

const open = (workspace: string): Promise<Engine> =>
  openEngine({
    workspace,
    store: path.join(workspace, ".headrace"),
    extensionRoot: path.resolve(__dirname, "../../.."),
    keepsSpare: false,
  });

/** What views and the command line ask for. */
function lookAtEverything({ reader, ...engine }: Engine): void {
  reader.pipelines();
  for (const run of reader.runs().items) {
    reader.spec(run.id);
    for (const step of reader.steps(run.id)) reader.attempts(run.id, step.invocation);
  }
  for (const artifact of reader.artifacts().items) {
    for (const version of reader.artifactVersions(artifact.id).items) reader.consumers(version.id);
  }
  for (const model of reader.models().items) reader.modelVersions(model.id);
  assert.ok(engine.workspace);
}

test("names, ids, digests and paths from a prepared store lead nowhere else", async (t) => {
  const workspace = workspaceOf(t);
  const outside = path.join(os.tmpdir(), `headrace-outside-${path.basename(workspace)}`);
  fs.mkdirSync(outside);
  t.after(() => fs.rmSync(outside, { recursive: true, force: true }));
  fs.symlinkSync(outside, path.join(workspace, "link"));
  fs.writeFileSync(path.join(workspace, "model.bin"), "x");
  const store = await openStore({ folder: path.join(workspace, ".headrace") });
  const places: Readonly<Record<string, Partial<Extract<StoreEvent, { type: "artifactVersion.created" }>>>> =
    {
      elsewhere: { uri: outside },
      above: { uri: path.join(workspace, "..", path.basename(outside)) },
      linked: { uri: path.join(workspace, "link") },
      traversal: { digest: "sha256:../../../../etc" },
      absolute: { digest: "/etc/passwd" },
      inside: { uri: path.join(workspace, "model.bin") },
    };
  await commit(
    store,
    { type: "pipeline.created", id: "p", name: NASTY, time: 1 },
    { ...runCreated("p", 1), id: NASTY, name: LONG, spec: spec(invocation(NASTY), invocation(LONG)) },
    { ...stepStarted(NASTY, NASTY), id: "s" },
    stepFinished("s"),
    { type: "run.finished", id: NASTY, status: "completed", failure: null, time: 2 },
    artifactCreated(NASTY, "a"),
    artifactCreated(LONG, LONG),
    ...Object.entries(places).map(([id, more], index) => ({ ...versionCreated("a", index + 1, more), id })),
    versionCreated(LONG, 1, { summary: LONG, bytes: Number.MAX_SAFE_INTEGER }),
  );
  await store.close();
  const engine = await open(workspace);
  lookAtEverything(engine);
  for (const id of Object.keys(places)) {
    const expected = id === "inside" ? path.join(workspace, "model.bin") : null;
    assert.equal(engine.payloadFolder(id), expected, id);
  }
  const { out } = await invoke(workspace, ["artifacts", "elsewhere"], new AbortController().signal);
  assert.match(out, /^ *files +missing, or outside of the workspace$/m);
  assert.ok(!out.includes(outside), "the command line does not repeat where a prepared store points");
  const logs = path.join(workspace, ".headrace", "logs");
  for (const [runId, step] of [
    [NASTY, NASTY],
    [LONG, LONG],
    ["..", ".."],
  ] as const) {
    const file = engine.logFile(runId, step);
    assert.equal(path.dirname(path.dirname(file)), logs);
    assert.ok(path.basename(file).length <= 130);
  }
  await engine.delete("run", [NASTY]);
  await engine.delete("artifact", [LONG]);
  assert.deepEqual(fs.readdirSync(outside), []);
  assert.ok(fs.existsSync(path.join(workspace, "model.bin")));
  await engine.close();
});

/** One event of each kind that matters, as an engine writes them. */
const sound: readonly StoreEvent[] = [
  { type: "pipeline.created", id: "p", name: "training", time: 1 },
  { ...runCreated("p", 1), id: "r" },
  { ...stepStarted("r", "load"), id: "s" },
  artifactCreated("data", "a"),
  { ...versionCreated("a", 1), id: "v" },
  stepFinished("s", { outputs: [{ output: "output", artifactVersionId: "v", saveType: "step_output" }] }),
  { type: "metadata.logged", target: "run", targetId: "r", values: { accuracy: 0.9 }, time: 1 },
  { type: "tag.attached", target: "run", targetId: "r", name: "good" },
  { type: "run.finished", id: "r", status: "completed", failure: null, time: 2 },
];

const values: readonly unknown[] = [
  ...[null, true, -1, 0.5, 1e308, Number.MAX_SAFE_INTEGER, "", NASTY, LONG],
  ...[[], {}, [[[]]], { __proto__: null, constructor: 1 }, Array.from({ length: 1000 }, () => "x")],
];

/** Another value, a missing one or a superfluous one, somewhere within. */
function bent(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random.below(4) === 0) return random.pick(values);
  if (Array.isArray(value)) {
    if (value.length === 0) return [random.pick(values)];
    const at = random.below(value.length);
    return value.map((item: unknown, index) => (index === at ? bent(item, random) : item));
  }
  const keys = Object.keys(value);
  const key = keys.length === 0 ? "more" : random.pick(keys);
  const rest: Record<string, unknown> = { ...value };
  if (random.below(6) === 0) rest[key] = undefined;
  else rest[key] = bent(rest[key], random);
  return rest;
}

test("a journal whose records are well-formed but wrong opens, or says why not", async (t) => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = new Random(seed);
    const workspace = workspaceOf(t);
    const folder = path.join(workspace, ".headrace", "store");
    fs.mkdirSync(folder, { recursive: true });
    const wrong = random.below(sound.length);
    const events = sound.map((event, index) => (index === wrong ? bent(event, random) : event));
    const lines = events.map((event, index) =>
      encodeLine({ seq: index + 1, time: 1, group: index + 1, events: [event] }),
    );
    fs.writeFileSync(path.join(folder, "journal-1.ndjson"), Buffer.concat([headerOf(1), ...lines]));
    const engine = await open(workspace).catch((error: unknown) => {
      assert.ok(HeadraceError.is(error), `seed ${seed}: ${String(error)}`);
      return null;
    });
    if (engine === null) continue;
    try {
      lookAtEverything(engine);
    } catch (error) {
      assert.fail(`seed ${seed}, ${JSON.stringify(events[wrong]).slice(0, 300)}: ${String(error)}`);
    }
    await engine.close();
  }
});

test("a spec of which anything is wrong is refused, never half believed", () => {
  const whole = spec(invocation("load"), invocation("train", ["load"]));
  assert.ok(v.safeParse(pipelineSpecSchema, whole).success);
  for (let seed = 1; seed <= 2000; seed += 1) {
    const parsed = v.safeParse(pipelineSpecSchema, bent(whole, new Random(seed)));
    if (!parsed.success) continue;
    for (const { id, inputs, outputs, after } of parsed.output.invocations) {
      assert.equal(typeof id, "string", `seed ${seed}`);
      assert.ok(Array.isArray(outputs) && Array.isArray(after) && typeof inputs === "object", `seed ${seed}`);
    }
  }
});
