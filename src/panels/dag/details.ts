/** What the drawer shows about one node: read when it is asked for, so that the graph itself stays small. */
import { open, readFile } from "node:fs/promises";
import type { StepInput, StepRun } from "../../core/entities";
import type { SourceLocation } from "../../core/errors";
import type { JsonObject } from "../../core/json";
import type { InputSpec, PipelineSpec } from "../../core/spec";
import type { Engine } from "../../engine/api";
import { artifactNode, foreignArtifactNode, stepNode, type DagDetails, type DagPort } from "./messages";

const LOG_TAIL = 32 * 1024;
const SOURCE_LINES = 40;
/** Around the line that failed, where the step is longer than what is shown. */
const LINES_BEFORE = 6;

export async function stepDetails(
  engine: Engine,
  runId: string,
  invocation: string,
  location: SourceLocation | null,
): Promise<DagDetails> {
  const spec = engine.reader.spec(runId);
  const run = engine.reader.steps(runId).find((step) => step.invocation === invocation) ?? null;
  const source = run?.failure?.location ?? run?.source ?? location;
  const [lines, log] = await Promise.all([
    sourceSlice(source, run?.failure?.location?.line ?? null),
    logTail(engine.logFile(runId, invocation)),
  ]);
  return {
    node: stepNode(invocation),
    inputs: inputPorts(engine, spec, run, invocation),
    outputs: outputPorts(engine, spec, run, invocation),
    parameters: run?.parameters ?? writtenParameters(spec, invocation),
    failure: run?.failure ?? null,
    source: lines,
    log,
  };
}

/** Before any run: where the step is written. */
export async function plannedDetails(
  invocation: string,
  location: SourceLocation | null,
): Promise<DagDetails> {
  return {
    node: stepNode(invocation),
    inputs: [],
    outputs: [],
    parameters: {},
    failure: null,
    source: await sourceSlice(location, null),
    log: null,
  };
}

function invocationSpec(
  spec: PipelineSpec | null,
  invocation: string,
): PipelineSpec["invocations"][number] | null {
  return spec?.invocations.find((candidate) => candidate.id === invocation) ?? null;
}

function inputPorts(
  engine: Engine,
  spec: PipelineSpec | null,
  run: StepRun | null,
  invocation: string,
): readonly DagPort[] {
  const written = invocationSpec(spec, invocation)?.inputs ?? {};
  const names = new Set([...Object.keys(written), ...Object.keys(run?.inputs ?? {})]);
  return [...names].flatMap((name) => ports(engine, name, written[name], run?.inputs[name]));
}

function ports(
  engine: Engine,
  name: string,
  written: InputSpec | undefined,
  taken: StepInput | undefined,
): readonly DagPort[] {
  if (taken?.kind === "artifact")
    return [versionPort(engine, name, taken.artifactVersionId, nodeOf(written))];
  if (taken?.kind === "artifacts") {
    return taken.artifactVersionIds.map((id, i) => versionPort(engine, `${name}[${i}]`, id, null));
  }
  if (written === undefined || written.kind === "value") return [];
  return [{ name, node: nodeOf(written), artifact: null, versionId: null, summary: "" }];
}

function nodeOf(written: InputSpec | undefined): string | null {
  if (written?.kind === "output") return artifactNode(written.invocation, written.output);
  if (written?.kind === "artifact") return foreignArtifactNode(written.artifactVersionId);
  return null;
}

function versionPort(engine: Engine, name: string, versionId: string, node: string | null): DagPort {
  const version = engine.reader.artifactVersion(versionId);
  if (version === null) return { name, node, artifact: null, versionId: null, summary: "" };
  return {
    name,
    node: node ?? foreignArtifactNode(versionId),
    artifact: `${version.artifact} ${version.version}`,
    versionId,
    summary: version.summary,
  };
}

function outputPorts(
  engine: Engine,
  spec: PipelineSpec | null,
  run: StepRun | null,
  invocation: string,
): readonly DagPort[] {
  const made = new Map(run?.outputs.map((output) => [output.output, output.artifactVersionId]));
  const written = invocationSpec(spec, invocation)?.outputs.map((output) => output.output) ?? [];
  return [...new Set([...written, ...made.keys()])].map((name) => {
    const node = artifactNode(invocation, name);
    const id = made.get(name);
    return id === undefined
      ? { name, node, artifact: null, versionId: null, summary: "" }
      : versionPort(engine, name, id, node);
  });
}

function writtenParameters(spec: PipelineSpec | null, invocation: string): JsonObject {
  const inputs = Object.entries(invocationSpec(spec, invocation)?.inputs ?? {});
  return Object.fromEntries(
    inputs.flatMap(([name, input]) => (input.kind === "value" ? [[name, input.value]] : [])),
  );
}

async function sourceSlice(
  location: SourceLocation | null,
  highlight: number | null,
): Promise<DagDetails["source"]> {
  if (location === null) return null;
  const text = await readFile(location.file, "utf8").catch(() => null);
  if (text === null) return null;
  const first = highlight === null ? location.line : Math.max(1, highlight - LINES_BEFORE);
  const last = Math.min(location.endLine ?? first + SOURCE_LINES - 1, first + SOURCE_LINES - 1);
  const lines = text.split(/\r?\n/).slice(first - 1, Math.max(first, last));
  return { location: { ...location, line: first }, lines, highlight };
}

async function logTail(file: string): Promise<DagDetails["log"]> {
  const handle = await open(file, "r").catch(() => null);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - LOG_TAIL);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    const text = buffer.toString("utf8", 0, bytesRead);
    return { text: start === 0 ? text : text.slice(text.indexOf("\n") + 1), cut: start > 0 };
  } finally {
    await handle.close();
  }
}
