/** The cache through real edits of a workspace, each on its own: what runs again, what doesn't, and what `headrace runs` says of it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { RunReport } from "../../../src/cli/report";
import { PYTHON, createWorkspace, type Workspace } from "./harness";

const FILES = {
  "main.py": `from functools import partial

import aliased as other
import helpers
from exports import cleaned, exported
from methods import Scaler
from zenml import pipeline, step
from zenml.config import CachePolicy

RATE = 0.1
TABLE = {"a": 1}


def unrelated():
    return 1


def twice(function):
    def wrapper(value):
        return function(value) * 2

    return wrapper


@twice
def decorated(value):
    return value


def make_adder(amount):
    def add(value):
        return value + amount

    return add


adder = make_adder(5)


def with_default(value, by=3):
    return value * by


def square(value):
    return value * value


@step
def work(data: int = 3) -> float:
    """Does all of it."""
    # A comment.
    def nested(value):
        return value + 100

    total = helpers.clean(data) + cleaned(data) + exported(data) + other.shift(data)
    total += Scaler().scale(data) + decorated(data) + adder(data) + with_default(data)
    total += sum(square(item) for item in range(data)) + (lambda item: item + 7)(data) + nested(data)
    return total * RATE + TABLE["a"]


@step(cache_policy=CachePolicy(file_dependencies=["data.csv"]))
def read() -> str:
    return "read"


@pipeline
def train():
    work()
    read()
`,
  "helpers.py": `LIMIT = 10


def clean(value):
    return limited(value)


def limited(value):
    return min(value, LIMIT)


def not_used(value):
    return value
`,
  "inner.py": `def cleaned(value):
    return value + 1


def exported_inside(value):
    return value + 2
`,
  "exports.py": `from inner import cleaned, exported_inside as exported
`,
  "aliased.py": `def shift(value):
    return value << 1
`,
  "methods.py": `class Base:
    def factor(self):
        return 2


class Scaler(Base):
    offset = 1

    def scale(self, value):
        return value * self.factor() + self.offset

    def prints(self):
        return "x"
`,
  "data.csv": "a,b\n1,2\n",
};
type File = keyof typeof FILES;

let workspace: Workspace;

before(async () => {
  workspace = await createWorkspace();
  for (const [file, text] of Object.entries(FILES)) await workspace.write(file, text);
  await run();
});
after(() => workspace.remove());

async function run(): Promise<RunReport> {
  const { run: report, error } = await workspace.json<{ run: RunReport | null; error?: unknown }>(
    "run",
    "main.py",
    "--python",
    PYTHON,
  );
  assert.equal(report?.status, "completed", JSON.stringify(error ?? report?.steps.map((step) => step.error)));
  return report;
}

const stepOf = (report: RunReport, invocation: string): RunReport["steps"][number] | undefined =>
  report.steps.find((step) => step.invocation === invocation);

/** Runs with one edit, and takes it back. */
async function edited(file: File, from: string, to: string): Promise<RunReport> {
  const text = FILES[file];
  assert.ok(text.includes(from), `${file} does not hold ${from}`);
  await workspace.write(file, text.replace(from, to));
  try {
    return await run();
  } finally {
    await workspace.write(file, text);
  }
}

/** What is edited, where, and what the reason must name. */
const reached: readonly (readonly [what: string, file: File, from: string, to: string, reason: RegExp])[] = [
  ["the step", "main.py", "total * RATE", "total * RATE * 1", /code of the step/],
  ["a helper used through its module", "helpers.py", "limited(value)\n", "limited(value) + 1\n", /clean/],
  ["what that helper calls", "helpers.py", "min(value, LIMIT)", "min(LIMIT, value)", /limited/],
  ["a constant that only a helper uses", "helpers.py", "LIMIT = 10", "LIMIT = 11", /LIMIT/],
  ["a helper imported by name, re-exported", "inner.py", "value + 1", "value + 10", /cleaned/],
  ["a helper re-exported under another name", "inner.py", "value + 2", "value + 20", /exported_inside/],
  ["a helper of a module with an alias", "aliased.py", "value << 1", "value << 2", /shift/],
  ["a method", "methods.py", "self.factor() + self", "self.factor() - self", /Scaler/],
  ["a base class", "methods.py", "return 2", "return 3", /Base/],
  ["an attribute of a class", "methods.py", "offset = 1", "offset = 2", /Scaler/],
  ["a constant", "main.py", "RATE = 0.1", "RATE = 0.2", /RATE/],
  ["a global that can be changed", "main.py", '{"a": 1}', '{"a": 2}', /TABLE/],
  ["a decorator of a helper", "main.py", "function(value) * 2", "function(value) * 3", /twice|wrapper/],
  [
    "a decorated helper",
    "main.py",
    "def decorated(value):\n    return value",
    "def decorated(value):\n    return value + 1",
    /decorated/,
  ],
  ["the value in a closure", "main.py", "make_adder(5)", "make_adder(6)", /add/],
  ["a default value", "main.py", "by=3", "by=4", /with_default/],
  ["a function in a comprehension", "main.py", "return value * value", "return value ** 2", /square/],
  ["a lambda in the step", "main.py", "item + 7", "item + 8", /code of the step/],
  ["a function in the step", "main.py", "value + 100", "value + 101", /code of the step/],
  ["a default of the step itself", "main.py", "data: int = 3", "data: int = 4", /data/],
];
for (const [what, file, from, to, reason] of reached) {
  test(`an edit of ${what} runs the step again, and says so`, async () => {
    const report = await edited(file, from, to);
    const step = stepOf(report, "work");
    assert.equal(step?.status, "completed", step?.cacheReason ?? "");
    assert.match(step.cacheReason ?? "", reason);
    assert.equal(stepOf(report, "read")?.status, "cached", stepOf(report, "read")?.cacheReason ?? "");
    const { out } = await workspace.headrace("runs", report.id);
    assert.ok(out.includes(step.cacheReason ?? "?"), out);
  });
}

const unreached: readonly (readonly [what: string, file: File, from: string, to: string])[] = [
  ["a comment", "main.py", "# A comment.", "# Another comment."],
  ["a docstring", "main.py", "Does all of it.", "Does everything."],
  [
    "the format",
    "main.py",
    "return function(value) * 2",
    "return (\n            function(value) * 2\n        )",
  ],
  ["an unrelated function", "main.py", "return 1\n", "return 2\n"],
  [
    "a function that is not used of a module that is",
    "helpers.py",
    "def not_used(value):\n    return value",
    "def not_used(value):\n    return -value",
  ],
  ["the order of a module", "helpers.py", "LIMIT = 10\n", "import os\n\nLIMIT = 10\n"],
];
for (const [what, file, from, to] of unreached) {
  test(`an edit of ${what} runs nothing again`, async () => {
    const report = await edited(file, from, to);
    for (const step of report.steps)
      assert.equal(step.status, "cached", `${step.invocation}: ${step.cacheReason ?? ""}`);
  });
}

test("an edit of a declared file runs the step that declares it again, and says so", async () => {
  const report = await edited("data.csv", "1,2", "3,4");
  assert.equal(stepOf(report, "work")?.status, "cached");
  assert.equal(stepOf(report, "read")?.status, "completed");
  assert.match(stepOf(report, "read")?.cacheReason ?? "", /data\.csv/);
});
