/** Runs the suites under Mocha inside the extension host, telling the launcher line by line. */
import Mocha from "mocha";
import { writeFileSync } from "node:fs";

function say(line: string): void {
  console.log(`[test] ${line}`);
}

/** What Mocha would print itself is lost in the workbench's log. */
class Silent extends Mocha.reporters.Base {}

function report(runner: Mocha.Runner, totals: { passed: number; failed: number }): void {
  runner.on("pass", (test) => {
    totals.passed += 1;
    say(`✓ ${test.fullTitle()}`);
  });
  runner.on("fail", (test, error: Error) => {
    totals.failed += 1;
    say(`✗ ${test.fullTitle()}`);
    for (const line of (error.stack ?? error.message).split("\n")) say(`    ${line}`);
  });
}

export function runSuites(suites: readonly (() => void)[]): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 120_000, reporter: Silent });
  mocha.suite.emit("pre-require", globalThis as unknown as Mocha.MochaGlobals, "", mocha);
  for (const load of suites) load();
  const totals = { passed: 0, failed: 0 };
  return new Promise((resolve, reject) => {
    const runner = mocha.run((failures) => {
      const file = process.env["HEADRACE_TEST_RESULT"];
      if (file !== undefined) writeFileSync(file, JSON.stringify(totals));
      if (failures === 0) resolve();
      else reject(new Error(`${failures} of ${totals.passed + totals.failed} integration tests failed.`));
    });
    report(runner, totals);
  });
}
