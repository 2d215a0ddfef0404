/**
 * The file that says where the engine is. Terminals are given its path, not its content: a terminal that was opened
 * before the window was reloaded finds the new engine there.
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { isGone } from "../store/processes";
import type { EndpointFile } from "./protocol";

const schema = v.object({
  protocol: v.number(),
  address: v.string(),
  token: v.string(),
  pid: v.number(),
  started: v.string(),
  host: v.string(),
});

export interface PublishedEndpoint {
  /** What `HEADRACE_ENDPOINT` is to be. */
  readonly path: string;
  remove(): Promise<void>;
}

/** Where the engine of a store is published, if no other has been. */
export function endpointOf(store: string): string {
  return path.join(store, "endpoint.json");
}

/**
 * Writes `<store>/endpoint.json`, unless another live engine (a second window, say) is published there already: then, and
 * when the store can't be written, the file is put into this engine's own folder.
 */
export async function publishEndpoint(
  file: EndpointFile,
  store: string,
  folder: string,
): Promise<PublishedEndpoint> {
  const shared = endpointOf(store);
  if (!(await isTaken(shared)) && (await tryWrite(shared, file))) {
    return { path: shared, remove: () => removeIfOurs(shared, file.token) };
  }
  const own = path.join(folder, "endpoint.json");
  await write(own, file);
  return { path: own, remove: () => rm(own, { force: true }) };
}

async function isTaken(place: string): Promise<boolean> {
  const other = await readEndpointFile(place);
  return other !== null && other.pid !== process.pid && !isGone(other);
}

async function tryWrite(place: string, file: EndpointFile): Promise<boolean> {
  try {
    await mkdir(path.dirname(place), { recursive: true });
    await write(place, file);
    return true;
  } catch {
    return false;
  }
}

/** Aside and renamed, so that nobody reads half of it; created readable by its owner alone, as it holds the token. */
async function write(place: string, file: EndpointFile): Promise<void> {
  const aside = `${place}.${process.pid}.tmp`;
  await rm(aside, { force: true });
  await writeFile(aside, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: "wx" });
  await rename(aside, place);
}

async function removeIfOurs(place: string, token: string): Promise<void> {
  const current = await readEndpointFile(place);
  if (current?.token === token) await rm(place, { force: true });
}

export async function readEndpointFile(place: string): Promise<EndpointFile | null> {
  try {
    const parsed = v.safeParse(schema, JSON.parse(await readFile(place, "utf8")));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
