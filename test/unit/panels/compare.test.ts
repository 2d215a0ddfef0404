/** What of runs' code is compared, and how it is said. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CodeComponent, PipelineSpec } from "../../../src/core/spec";
import { codeRows } from "../../../src/panels/compare/code";
import { compareCsv } from "../../../src/panels/compare/csv";
import { countLines } from "../../../src/panels/compare/lineCounts";
import { codeWords, compareStrings, type ComparedRow } from "../../../src/panels/compare/messages";
import { pipelineSpec } from "../../support/pipelineSpec";

const strings = compareStrings({ t: (message) => message });

/** A run of one step that reaches these, each `kind name` with its text; null where the text was not kept. */
function specOf(code: Readonly<Record<string, string | null>>): PipelineSpec {
  const components = Object.entries(code).map(([key, text]): CodeComponent => {
    const [kind = "", name = ""] = key.split(" ");
    return { kind: kind as CodeComponent["kind"], name, digest: `sha256:${text ?? "unknown"}` };
  });
  const kept = Object.values(code).flatMap((text) => (text === null ? [] : [[`sha256:${text}`, text]]));
  const definition = {
    ...{ step: "train", sourcePath: "steps.train", source: null, docstring: null, sourceCode: null },
    ...{ inputOrder: [], code: components },
  };
  return pipelineSpec(
    { name: "p" },
    { definitions: [definition], sources: Object.fromEntries(kept) as Record<string, string> },
  );
}

const said = ({ name, differs, code }: ComparedRow): string =>
  [name, differs ? "differs" : "same", ...(code?.cells ?? []).map((cell) => codeWords(cell, strings))].join(
    " | ",
  );

describe("code side by side", () => {
  it("says of each function whether it is the same, new, gone, or how many lines changed", () => {
    const rows = codeRows([
      specOf({ "function clean": "a\nb\nc\n", "function gone": "x\n", "constant RATE": "RATE = 1\n" }),
      specOf({ "function clean": "a\nB\nc\nd\n", "function fresh": "y\nz\n", "constant RATE": "RATE = 1\n" }),
    ]);
    assert.deepEqual(rows.map(said), [
      "clean | differs | 3 lines | +2 −1",
      "gone | differs | 1 line | not used",
      "RATE | same | 1 line | the same",
      "fresh | differs | not used | +2 −0",
    ]);
  });

  it("says only that it changed where a text was not kept", () => {
    const [row] = codeRows([specOf({ "function clean": null }), specOf({ "function clean": "a\n" })]);
    assert.equal(row && said(row), "clean | differs |  | changed");
  });

  it("shows the versions of packages, not digests", () => {
    const versions = ["1.26.4", "2.1.0"].map((version) => {
      const spec = specOf({});
      const [definition] = spec.definitions;
      assert.ok(definition);
      const code: CodeComponent[] = [{ kind: "package", name: "numpy", digest: version }];
      return { ...spec, definitions: [{ ...definition, code }] };
    });
    const [row] = codeRows(versions);
    assert.deepEqual([row?.values, row?.code], [["1.26.4", "2.1.0"], null]);
  });

  it("holds the pipeline's own function, and the step's text from its definition", () => {
    const withText = (body: string, step: string): PipelineSpec => {
      const spec = specOf({});
      const [definition] = spec.definitions;
      assert.ok(definition);
      const code: CodeComponent[] = [{ kind: "step", name: "train", digest: step }];
      return {
        ...spec,
        pipeline: { ...spec.pipeline, sourceCode: body },
        definitions: [{ ...definition, sourceCode: step, code }],
      };
    };
    const rows = codeRows([withText("a()\n", "one\n"), withText("a()\nb()\n", "two\n")]);
    assert.deepEqual(rows.map(said), ["p | differs | 1 line | +1 −0", "train | differs | 1 line | +1 −1"]);
  });

  it("has no row for runs that say nothing of their code", () => {
    assert.deepEqual(codeRows([null, null]), []);
  });
});

describe("lines that were added and removed", () => {
  const counts = (before: string, after: string): string => {
    const { added, removed } = countLines(before, after);
    return `+${added} -${removed}`;
  };
  it("counts by the longest run of lines that both have", () => {
    assert.equal(counts("a\nb\nc\nd\n", "a\nc\nx\nd\n"), "+1 -1");
    assert.equal(counts("", "a\nb"), "+2 -0");
    assert.equal(counts("a\nb\n", "a\nb\n"), "+0 -0");
    assert.equal(counts("a\na\na\n", "a\n"), "+0 -2");
  });

  it("stays quick for texts that have nothing in common", () => {
    const long = (word: string): string => Array.from({ length: 5_000 }, (_, i) => `${word} ${i}`).join("\n");
    assert.equal(counts(long("a"), long("b")), "+5000 -5000");
  });
});

it("exports words for code, and keeps what looks like a formula text", () => {
  const runs = ["=run()", "two"].map((label, i) => ({
    ...{ id: label, label, status: "completed" as const, started: 0, durationMs: 1500 * (i + 1) },
    ...{ note: "", failure: null },
  }));
  const rows = codeRows([specOf({ "function f": "a\n" }), specOf({ "function f": "b, c\n" })]);
  const csv = compareCsv({ runs, rows }, strings);
  assert.deepEqual(csv.split("\n"), [
    ",,'=run(),two",
    ",Status,completed,completed",
    ",Started,1970-01-01T00:00:00.000Z,1970-01-01T00:00:00.000Z",
    ",Took,1.5,3",
    "Code,f,1 line,'+1 −1",
    "",
  ]);
});
