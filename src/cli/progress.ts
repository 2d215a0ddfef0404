/** What a person sees while a run goes on: a line when a step starts and when it ends, and what it prints. */
import type { Failure, Run, StepRun } from "../core/entities";
import { reasonBesideStatus } from "../core/cache";
import type { LiveEvent } from "../core/events";
import type { StoreReader } from "../store/reader";
import { stepDuration } from "./report";
import type { Terminal } from "./terminal";
import { count, duration, printable, sign, stepOutput } from "./text";

export class RunProgress {
  readonly #terminal: Terminal;
  readonly #reader: StoreReader;
  /** The invocation whose output was shown last; a heading is printed when another speaks. */
  #speaking: string | null = null;
  /** Output after the last line break: shown once the line is whole. */
  readonly #partial = new Map<string, string>();

  constructor(reader: StoreReader, terminal: Terminal) {
    this.#reader = reader;
    this.#terminal = terminal;
  }

  onLive(event: LiveEvent): void {
    if (event.type === "step.log") this.#log(event.invocation, event.text);
    if (event.type === "step.started") this.#started(event.invocation);
    if (event.type === "step.finished") {
      this.#flush(event.invocation);
      const step = this.#reader.step(event.stepRunId);
      if (step !== null) this.#finished(step);
    }
  }

  #started(invocation: string): void {
    this.#speaking = null;
    this.#terminal.out(`${sign("running", this.#terminal)} ${printable(invocation)} started`);
  }

  #log(invocation: string, text: string): void {
    const lines = ((this.#partial.get(invocation) ?? "") + text).split("\n");
    this.#partial.set(invocation, lines.pop() ?? "");
    for (const line of lines) this.#say(invocation, line);
  }

  #flush(invocation: string): void {
    const rest = this.#partial.get(invocation) ?? "";
    this.#partial.delete(invocation);
    if (rest !== "") this.#say(invocation, rest);
  }

  /** A progress bar redraws its line with carriage returns: its last state is what remains of it. */
  #say(invocation: string, line: string): void {
    const { out, paint } = this.#terminal;
    // What the import and the pipeline's function print belongs to no step.
    const speaker = invocation === ":compile" ? "(compiling)" : printable(invocation);
    if (this.#speaking !== invocation) out(paint("dim", `  ${speaker}`));
    this.#speaking = invocation;
    const shown = line.replace(/\r+$/, "").split("\r").at(-1) ?? "";
    out(`${paint("dim", "  │")} ${stepOutput(shown, this.#terminal)}`);
  }

  #finished(step: StepRun): void {
    this.#speaking = null;
    const { out, paint } = this.#terminal;
    const state = step.status === "completed" ? "" : ` ${step.status}`;
    const took = stepDuration(step);
    const details = [took === null || step.status === "cached" ? "" : duration(took), whyOf(step)];
    const shown = details.filter((detail) => detail !== "").join(" · ");
    out(
      `${sign(step.status, this.#terminal)} ${printable(step.invocation)}${state} ${paint("dim", shown)}`.trimEnd(),
    );
    // What a cancelled step says is how it was interrupted: the user knows.
    if (step.failure === null || step.status === "cancelled") return;
    for (const line of failureLines(step.failure, this.#terminal)) out(line);
  }
}

/** Why it was skipped, why it was cached, or why it ran though it had run before. */
function whyOf({ status, skippedBecause, cacheReason }: StepRun): string {
  if (skippedBecause !== null) return `because ${printable(skippedBecause)} did not complete`;
  const tells = status === "cached" || status === "completed";
  return tells && cacheReason !== null ? printable(reasonBesideStatus(cacheReason)) : "";
}

/** The user's frames, the message, the place and what to do, indented below the step. */
export function failureLines(failure: Failure, terminal: Terminal): string[] {
  const { type, message, traceback, location, advice } = failure;
  const lines = traceback === "" ? [] : traceback.trimEnd().split("\n");
  const said = `${type}: ${message}`;
  if (!traceback.includes(message)) lines.push(...said.split("\n"));
  const painted = lines.map((line) => `    ${terminal.paint("red", printable(line))}`);
  if (location !== undefined) painted.push(`    at ${printable(location.file)}:${location.line}`);
  if (advice !== undefined) painted.push(`    ${printable(advice)}`);
  return painted;
}

/** The last line of a run: `✓ train completed in 3.2 s · 4 completed, 2 cached`. */
export function summaryLine(run: Run, steps: readonly StepRun[], terminal: Terminal): string {
  const took = run.finished === null ? "" : ` in ${duration(run.finished - run.started)}`;
  const tally = new Map<string, number>();
  for (const { status } of steps) tally.set(status, (tally.get(status) ?? 0) + 1);
  const states = [...tally].map(([status, number]) => `${number} ${status}`).join(", ");
  const name = terminal.paint("bold", printable(run.name));
  return `${sign(run.status, terminal)} ${name} ${run.status}${took} · ${count(steps.length, "step")}: ${states}`;
}
