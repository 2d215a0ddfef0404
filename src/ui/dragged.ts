/** What is dragged in VS Code: artifact versions of ours among it. */
import { DRAGGED_VERSIONS, versionsIn } from "../core/draggedVersions";
import type { DataTransfer } from "./vscodeTypes";

/** VS Code may have an empty item of the same name before the one that was filled. */
export async function draggedIds(transfer: DataTransfer): Promise<readonly string[]> {
  const items = [...transfer].filter(([mime]) => mime === DRAGGED_VERSIONS);
  const texts = await Promise.all(items.map(([, item]) => item.asString()));
  return texts.flatMap(versionsIn);
}
