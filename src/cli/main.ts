/** Entry point of `headrace`: wires the command line to this process. */
import { runCli } from "./cli";
import { EXIT } from "./command";
import { extensionRoot, versionOf } from "./root";
import { Sessions } from "./session";
import { createTerminal, wantsColour } from "./terminal";

async function main(): Promise<void> {
  const root = extensionRoot(__dirname);
  const terminal = createTerminal({
    stdout: process.stdout,
    stderr: process.stderr,
    colour: wantsColour(process.env),
  });
  const interrupt = new AbortController();
  const cwd = process.cwd();
  const sessions = new Sessions({ root, cwd });
  const onSignal = (): void => {
    if (!interrupt.signal.aborted) {
      interrupt.abort();
      return;
    }
    // The second time in earnest: processes are killed at once, and nothing more is waited for.
    void sessions.closeAll();
    process.exit(EXIT.cancelled);
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  // The reader of our output has gone (`| head`): that is no failure of ours.
  process.stdout.on("error", () => process.exit(EXIT.done));
  const context = { terminal, cwd, interrupted: interrupt.signal, withSession: sessions.withSession };
  process.exitCode = await runCli(process.argv.slice(2), context, versionOf(root));
}

void main();
