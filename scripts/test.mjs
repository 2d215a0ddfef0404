/**
 * `npm test`: sets everything up and runs every test; `npm test -- unit python` only those suites.
 * Ends with one line, `N passed, M failed`, over all suites.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { installPackages } from "./setup/packages.mjs";
import { installPython } from "./setup/python.mjs";

const root = path.resolve(import.meta.dirname, "..");
const results = path.join(root, "out", "test-results");
const asked = process.argv.slice(2);
const SUITES = ["check", "unit", "python", "faults", "package", "webview", "integration", "e2e"];

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
for (const suite of SUITES) {
  if (asked.length > 0 && !asked.includes(suite)) continue;
  const started = Date.now();
  console.log(`\n── ${suite} ${"─".repeat(70 - suite.length)}`);
  const outcome = run(suite);
  totals.passed += outcome.passed;
  totals.failed += outcome.failed;
  totals.skipped += outcome.skipped ?? 0;
  console.log(
    `${suite}: ${outcome.passed} passed, ${outcome.failed} failed (${Math.round((Date.now() - started) / 1000)} s)`,
  );
}
console.log(
  `\n${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ""}`,
);
process.exitCode = totals.failed > 0 ? 1 : 0;

function run(suite) {
  switch (suite) {
    case "check":
      return commands([["node", "scripts/check.mjs"]]);
    case "unit":
      return nodeTests("unit", [...testFiles("test/unit"), ...testFiles("test/parity")]);
    case "faults":
      return nodeTests("faults", testFiles("test/faults"));
    case "python":
      return pytest();
    case "package":
      return commands([["node", "scripts/package.mjs"]]);
    case "webview":
      return nodeTests("webview", testFiles("test/webview"), 1);
    case "integration":
      return commandWithResult("integration", ["--import", "tsx", "test/integration/run.ts"]);
    case "e2e":
      return nodeTests("e2e", testFiles("test/e2e"), 1);
    default:
      throw new Error(suite);
  }
}

function testFiles(folder) {
  const absolute = path.join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => path.join(folder, name))
    .sort();
}

/** Each is one check: it passes with status 0. */
function commands(list) {
  let failed = 0;
  for (const [program, ...args] of list) {
    const { status } = spawnSync(program === "node" ? process.execPath : program, args, {
      cwd: root,
      stdio: "inherit",
      env: environment,
    });
    if (status !== 0) failed += 1;
  }
  return { passed: list.length - failed, failed };
}

function nodeTests(name, files, concurrency = 2) {
  if (files.length === 0) return { passed: 0, failed: 0 };
  const file = path.join(results, `${name}.json`);
  const reporter = path.join(root, "scripts/test/reporter.mjs");
  const args = [
    "--import",
    "tsx",
    "--test",
    `--test-concurrency=${concurrency}`,
    `--test-reporter=${reporter}`,
    "--test-reporter-destination=stdout",
    ...files,
  ];
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...environment, HEADRACE_TEST_RESULT: file },
  });
  return readResult(file, status);
}

function commandWithResult(name, args) {
  const file = path.join(results, `${name}.json`);
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...environment, HEADRACE_TEST_RESULT: file },
  });
  return readResult(file, status);
}

/** A suite that ended badly without a failing test has failed all the same. */
function readResult(file, status) {
  const result = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { passed: 0, failed: 0 };
  if (status !== 0 && result.failed === 0) result.failed = 1;
  return result;
}

function pytest() {
  const report = path.join(results, "python.xml");
  const { status } = spawnSync(
    python,
    ["-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", `--junitxml=${report}`, "test/python"],
    {
      cwd: root,
      stdio: "inherit",
      env: environment,
    },
  );
  const suite = existsSync(report) ? readFileSync(report, "utf8") : "";
  const count = (attribute) =>
    Number(new RegExp(`<testsuite [^>]*\\b${attribute}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  const skipped = count("skipped");
  const passed = count("tests") - failed - skipped;
  return { passed, failed: status !== 0 && failed === 0 ? 1 : failed, skipped };
}
