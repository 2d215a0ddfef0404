/** Prints failing tests as they happen and a line per file; writes the totals where the runner asks for them. */
import { writeFileSync } from "node:fs";
import path from "node:path";

/** The end of what a file that failed as a whole has said. */
const SAID = 4_000;

export default async function* reporter(events) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const files = new Map();
  const complaints = new Map();
  for await (const { type, data } of events) {
    if (type === "test:stderr" || type === "test:stdout") {
      if (process.env.HEADRACE_TEST_OUTPUT) yield data.message;
      if (type === "test:stderr") complaints.set(data.file, (complaints.get(data.file) ?? "") + data.message);
      continue;
    }
    if (type !== "test:pass" && type !== "test:fail") continue;
    if (data.details?.type === "suite" || isFile(data)) {
      if (type === "test:fail" && isFile(data) && !files.get(data.name)?.failed) {
        totals.failed += 1;
        const said = complaints.get(path.resolve(data.name)) ?? "";
        yield `✗ ${relative(path.resolve(data.name))}\n${describe(data.details?.error)}\n${indented(said.trimEnd().slice(-SAID))}\n`;
      }
      continue;
    }
    const file = files.get(data.file) ?? { passed: 0, failed: 0 };
    files.set(data.file, file);
    if (data.skip !== undefined) totals.skipped += 1;
    else if (type === "test:pass") {
      totals.passed += 1;
      file.passed += 1;
    } else {
      totals.failed += 1;
      file.failed += 1;
      yield `✗ ${relative(data.file)}: ${data.name}\n${describe(data.details?.error)}\n`;
    }
  }
  for (const [file, { passed, failed }] of files)
    yield `${failed > 0 ? "✗" : "✓"} ${relative(file)} (${passed} passed${failed > 0 ? `, ${failed} failed` : ""})\n`;
  if (process.env.HEADRACE_TEST_RESULT)
    writeFileSync(process.env.HEADRACE_TEST_RESULT, JSON.stringify(totals));
}

/** node:test reports each file as a test of its own. */
function isFile(data) {
  return data.nesting === 0 && typeof data.name === "string" && data.name.endsWith(".test.ts");
}

function relative(file) {
  return file === undefined ? "(unknown file)" : path.relative(process.cwd(), file);
}

function describe(error) {
  const cause = error?.cause ?? error;
  return indented(String(cause?.stack ?? cause ?? ""));
}

function indented(text) {
  return text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
