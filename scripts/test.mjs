/**
 * `npm test`: sets everything up and runs every test; `npm test -- unit python` only those suites.
 * Ends with one line, `N passed, M failed`, over all suites.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { installPackages } from "./setup/packages.mjs";
import { installPython } from "./setup/python.mjs";

const root = path.resolve(import.meta.dirname, "..");
const results = path.join(root, "out", "test-results");
const asked = process.argv.slice(2);
/** One after the other; those beside each other need one core each, and run at the same time. */
const STAGES = [
  ["check", "python"],
  ["unit"],
  ["faults"],
  ["package"],
  ["webview"],
  ["integration"],
  ["e2e"],
];
const SUITES = STAGES.flat();

const unknown = asked.filter((name) => !SUITES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(", ")}. There are: ${SUITES.join(", ")}.`);
  process.exit(2);
}

installPackages();
const python = installPython();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const environment = { ...process.env, HEADRACE_TEST_PYTHON: python };

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const stage of STAGES) {
  const suites = stage.filter((suite) => asked.length === 0 || asked.includes(suite));
  await Promise.all(suites.map((suite) => report(suite, suites.length > 1)));
}
console.log(
  `\n${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ""}`,
);
process.exitCode = totals.failed > 0 ? 1 : 0;

/** Runs a suite and prints what it says, at the end when others say something, too. */
async function report(suite, beside) {
  const started = Date.now();
  const heading = `\n── ${suite} ${"─".repeat(70 - suite.length)}`;
  const said = [];
  if (!beside) console.log(heading);
  const outcome = await run(suite, beside ? (chunk) => said.push(chunk) : null);
  if (beside) process.stdout.write(`${heading}\n${Buffer.concat(said).toString()}`);
  totals.passed += outcome.passed;
  totals.failed += outcome.failed;
  totals.skipped += outcome.skipped ?? 0;
  console.log(
    `${suite}: ${outcome.passed} passed, ${outcome.failed} failed (${Math.round((Date.now() - started) / 1000)} s)`,
  );
}

function run(suite, hear) {
  switch (suite) {
    case "check":
      return command("scripts/check.mjs", hear);
    case "unit":
      return nodeTests("unit", [...testFiles("test/unit"), ...testFiles("test/parity")], hear);
    case "faults":
      return nodeTests("faults", testFiles("test/faults"), hear);
    case "python":
      return pytest(hear);
    case "package":
      return command("scripts/package.mjs", hear);
    case "webview":
      return nodeTests("webview", testFiles("test/webview"), hear);
    case "integration":
      return commandWithResult("integration", ["--import", "tsx", "test/integration/run.ts"], hear);
    case "e2e":
      return nodeTests("e2e", testFiles("test/e2e"), hear, 1);
    default:
      throw new Error(suite);
  }
}

/** Ends with the program's status; what it prints goes to `hear`, or to where ours goes. */
function execute(program, args, hear, more = {}) {
  const stdio = hear === null ? "inherit" : ["ignore", "pipe", "pipe"];
  const child = spawn(program, args, { cwd: root, stdio, env: { ...environment, ...more } });
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", hear);
  return new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on("close", resolve);
  });
}

function testFiles(folder) {
  const absolute = path.join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => path.join(folder, name))
    .sort();
}

/** One check: it passes with status 0. */
async function command(script, hear) {
  const status = await execute(process.execPath, [script], hear);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function nodeTests(name, files, hear, concurrency = 2) {
  if (files.length === 0) return { passed: 0, failed: 0 };
  const reporter = path.join(root, "scripts/test/reporter.mjs");
  return commandWithResult(
    name,
    [
      "--import",
      "tsx",
      "--test",
      `--test-concurrency=${concurrency}`,
      `--test-reporter=${reporter}`,
      "--test-reporter-destination=stdout",
      ...files,
    ],
    hear,
  );
}

async function commandWithResult(name, args, hear) {
  const file = path.join(results, `${name}.json`);
  const status = await execute(process.execPath, args, hear, { HEADRACE_TEST_RESULT: file });
  return readResult(file, status);
}

/** A suite that ended badly without a failing test has failed all the same. */
function readResult(file, status) {
  const result = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { passed: 0, failed: 0 };
  if (status !== 0 && result.failed === 0) result.failed = 1;
  return result;
}

async function pytest(hear) {
  const report = path.join(results, "python.xml");
  const args = ["-q", "--no-header", "-p", "no:cacheprovider", `--junitxml=${report}`, "test/python"];
  const status = await execute(python, ["-m", "pytest", ...args], hear);
  const suite = existsSync(report) ? readFileSync(report, "utf8") : "";
  const count = (attribute) =>
    Number(new RegExp(`<testsuite [^>]*\\b${attribute}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  const skipped = count("skipped");
  const passed = count("tests") - failed - skipped;
  return { passed, failed: status !== 0 && failed === 0 ? 1 : failed, skipped };
}
