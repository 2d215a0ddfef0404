/**
 * Takes the command line of desktop VS Code's test mode (`--extensionDevelopmentPath`, `--extensionTestsPath`, a folder) and
 * runs it in VS Code's server with a headless browser as its window. Ends with the test run's exit code.
 */
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { launchBrowser } from "./browser";
import { startServer } from "./server";

/** Everything that the workbench logged, for a run that fails without a word. */
const LOG = path.resolve(import.meta.dirname, "../../.vscode-test/workbench.log");

interface CommandLine {
  readonly developmentPath: string;
  readonly testsPath: string;
  readonly folder: string | undefined;
  readonly trust: boolean;
}

function parse(args: readonly string[]): CommandLine {
  const option = (name: string): string | undefined => {
    const prefix = `--${name}=`;
    return args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length);
  };
  const developmentPath = option("extensionDevelopmentPath");
  const testsPath = option("extensionTestsPath");
  if (developmentPath === undefined || testsPath === undefined) {
    throw new Error(
      "This launcher only runs extension tests: --extensionDevelopmentPath and --extensionTestsPath are needed.",
    );
  }
  return {
    developmentPath: path.resolve(developmentPath),
    testsPath: path.resolve(testsPath),
    folder: args.find((arg) => !arg.startsWith("-")),
    trust: args.includes("--headrace-workspace-trust"),
  };
}

/** The workbench logs a great deal; what the tests print themselves begins with this. */
const TEST_LINE = "[test] ";

function forward(text: string): void {
  appendFileSync(LOG, `${text}\n`);
  for (const line of text.split("\n")) {
    if (line.startsWith(TEST_LINE)) console.log(line.slice(TEST_LINE.length));
  }
}

async function main(): Promise<number> {
  const line = parse(process.argv.slice(2));
  mkdirSync(path.dirname(LOG), { recursive: true });
  writeFileSync(LOG, "");
  const folder = path.resolve(line.folder ?? (await mkdtemp(path.join(tmpdir(), "headrace-folder-"))));
  const server = await startServer({ trust: line.trust, automation: true });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const exit = new Promise<number>((resolve) => {
      void page.exposeFunction("codeAutomationExit", (code: number) => resolve(code));
    });
    await page.exposeFunction("codeAutomationLog", (_type: string, args: unknown[]) =>
      forward(args.join(" ")),
    );
    const remote = (file: string): string => `vscode-remote://127.0.0.1:${server.port}${file}`;
    await page.goto(
      server.address(folder, [
        ["extensionDevelopmentPath", remote(line.developmentPath)],
        ["extensionTestsPath", remote(line.testsPath)],
      ]),
    );
    return await exit;
  } finally {
    await browser.close();
    await server.stop();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
