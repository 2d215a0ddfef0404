/**
 * Runs test/integration/*.test.ts inside a real VS Code: the desktop one where it can be had, else VS Code's server with a
 * headless browser. The workspace is a copy of the tutorial, so that a run leaves nothing behind in the checkout.
 */
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** One bundle of all test files; Mocha and vscode are found at run time. */
async function bundleTests(): Promise<string> {
  const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith(".test.ts")).sort();
  const imports = files.map((name) => `() => require("./${name}")`).join(",\n");
  const outfile = path.join(root, "out/integration/index.js");
  await build({
    stdin: {
      contents: `import { runSuites } from "./mocha";\nexport const run = () => runSuites([${imports}]);`,
      resolveDir: import.meta.dirname,
      loader: "ts",
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
  return outfile;
}

/** A desktop VS Code named by the user; elsewhere the server stands in, through the same command line. */
function executable(): string {
  return process.env["HEADRACE_VSCODE"] ?? path.join(root, "test/vscode/code.mjs");
}

/** In the folder's own settings, where a desktop VS Code finds it too. */
async function useTestPython(workspace: string): Promise<void> {
  const python = process.env["HEADRACE_TEST_PYTHON"] ?? path.join(root, ".venv/bin/python");
  const settings = path.join(workspace, ".vscode/settings.json");
  await mkdir(path.dirname(settings), { recursive: true });
  await writeFile(settings, JSON.stringify({ "headrace.python.interpreter": python }));
}

async function main(): Promise<void> {
  const extensionTestsPath = await bundleTests();
  const workspace = await mkdtemp(path.join(tmpdir(), "headrace-integration-"));
  await cp(path.join(root, "examples/tutorial"), workspace, { recursive: true });
  await useTestPython(workspace);
  try {
    await runTests({
      vscodeExecutablePath: executable(),
      extensionDevelopmentPath: root,
      extensionTestsPath,
      launchArgs: [workspace, "--disable-workspace-trust"],
      reuseMachineInstall: true,
    });
  } finally {
    await rm(workspace, { recursive: true, force: true, maxRetries: 5 });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
