/** Opens a folder in VS Code's server with the extension under development, and prints where to look. Ends with Ctrl+C. */
import path from "node:path";
import { startServer } from "./server";

async function main(): Promise<void> {
  const folder = path.resolve(process.argv[2] ?? ".");
  const extension = path.resolve(import.meta.dirname, "../..");
  const python = process.env["HEADRACE_PYTHON"];
  const server = await startServer({
    port: Number(process.env["PORT"] ?? 0),
    ...(python === undefined ? {} : { settings: { "headrace.python.interpreter": python } }),
  });
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${server.port}${file}`;
  const first = process.argv[3];
  const opened: [string, string][] =
    first === undefined ? [] : [["openFile", remote(path.resolve(folder, first))]];
  const payload: [string, string][] = [["extensionDevelopmentPath", remote(extension)], ...opened];
  console.log(`\nVS Code with Headrace is at\n\n  ${server.address(folder, payload)}\n`);
  console.log('Click "Run pipeline" above the pipeline function. Press Ctrl+C here to end.');
  const end = (): void => {
    void server.stop().then(() => process.exit(0));
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}

void main();
