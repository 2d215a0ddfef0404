/** The payloads of an open store: in folders of their own, or held by its journal. */
import { Payloads } from "../artifacts/payloads";
import type { OpenedStore } from "../store/open";
import { thisProcess } from "../store/processes";

export function storedPayloads(
  { folders, reader }: Pick<OpenedStore, "folders" | "reader">,
  { isReadOnly = false } = {},
): Payloads {
  const recorded = (digest: string) => reader.heldPayload(digest);
  return new Payloads(folders, { owner: { ...thisProcess() }, recorded, isReadOnly });
}
