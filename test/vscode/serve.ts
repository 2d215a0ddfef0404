/** Opens a folder in VS Code's server with the extension under development, and prints where to look. Ends with Ctrl+C. */
import path from "node:path";
import { startServer } from "./server";

async function main(): Promise<void> {
  const folder = path.resolve(process.argv[2] ?? ".");
  const extension = path.resolve(import.meta.dirname, "../..");
  const server = await startServer({ port: Number(process.env["PORT"] ?? 0) });
  const development = `vscode-remote://127.0.0.1:${server.port}${extension}`;
  console.log(
    `\nVS Code with Headrace is at\n\n  ${server.address(folder, [["extensionDevelopmentPath", development]])}\n`,
  );
  console.log('Open pipelines/training_pipeline.py and click "Run pipeline". Press Ctrl+C here to end.');
  const end = (): void => {
    void server.stop().then(() => process.exit(0));
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}

void main();
