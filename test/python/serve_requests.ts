/** An endpoint that answers requests on a real store, for tests of the Python client: prints its environment, ends with stdin. */
import { Endpoint } from "../../src/runtimes/endpoint";
import { startEngine } from "../unit/requests/harness";

async function main(): Promise<void> {
  const engine = await startEngine();
  const { store, artifacts, tmp } = engine.store.folders;
  const { workspace } = engine;
  const endpoint = await Endpoint.open({ welcome: { workspace, store, artifacts, tmp, settings: {} } });
  endpoint.serve(engine.service);
  process.stdout.write(`${JSON.stringify({ ...endpoint.environment(), workspace })}\n`);
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once("end", resolve));
  await endpoint.close();
  await engine.close();
}

void main().then(() => process.exit(0));
