/** Opens a folder in VS Code's server with the packaged extension installed, and prints where to look. Ends with Ctrl+C. */
import path from "node:path";
import { startServer } from "./server";

async function main(): Promise<void> {
  const [vsix = "", folder = ".", first] = process.argv.slice(2);
  const python = process.env["HEADRACE_PYTHON"];
  const server = await startServer({
    port: Number(process.env["PORT"] ?? 0),
    vsix: [path.resolve(vsix)],
    settings: {
      "workbench.startupEditor": "readme",
      ...(python === undefined ? {} : { "headrace.python.interpreter": python }),
    },
  });
  console.log(`\nVS Code with Headrace is at\n\n  ${server.address(path.resolve(folder))}\n`);
  const open = first === undefined ? "" : `Open ${first}, and click`;
  console.log(`${open || "Click"} "Run pipeline" above the pipeline function. Press Ctrl+C here to end.`);
  const end = (): void => {
    void server.stop().then(() => process.exit(0));
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}

void main();
