/** Artifacts can be dragged: onto a model to link them, into an editor for the lines that load them. */
import type { LinkTarget } from "../engine/api";
import type { Engines } from "../ui/engines";
import { type ArtifactVersionRef, isRef } from "../ui/refs";
import type { CancellationToken, DataTransfer, TreeDragAndDropController, VSCode } from "../ui/vscodeTypes";
import { linkTargetOf } from "../ui/linkTarget";
import { loaderSnippet } from "../ui/snippets";
import type { Row } from "./row";

export const ARTIFACT_MIME = "application/vnd.code.tree.headrace.artifacts";

/** What becomes of artifacts that were dropped on a model. */
export type LinkDropped = (refs: readonly ArtifactVersionRef[], target: LinkTarget) => Promise<void>;

export class ArtifactDrag implements TreeDragAndDropController<Row> {
  readonly dragMimeTypes = [ARTIFACT_MIME, "text/plain"];
  readonly dropMimeTypes: readonly string[];

  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
    private readonly linkDropped?: LinkDropped,
  ) {
    this.dropMimeTypes = linkDropped === undefined ? [] : [ARTIFACT_MIME];
  }

  handleDrag(rows: readonly Row[], transfer: DataTransfer): void {
    const refs = rows.flatMap((row) => this.versionOf(row) ?? []);
    if (refs.length === 0) return;
    transfer.set(ARTIFACT_MIME, new this.vscode.DataTransferItem(JSON.stringify(refs)));
    const snippets = refs.flatMap((ref) => {
      const version = this.engines.peek(ref.workspace)?.reader.artifactVersion(ref.id);
      return version == null ? [] : [loaderSnippet(version)];
    });
    transfer.set("text/plain", new this.vscode.DataTransferItem(snippets.join("\n")));
  }

  async handleDrop(target: Row | undefined, transfer: DataTransfer, token: CancellationToken): Promise<void> {
    if (target === undefined || token.isCancellationRequested) return;
    const refs = await draggedRefs(transfer);
    const reader = isRef(target, "model", "modelVersion") && this.engines.peek(target.workspace)?.reader;
    const link = reader ? linkTargetOf(reader, target) : null;
    if (link !== null && refs.length > 0) await this.linkDropped?.(refs, link);
  }

  private versionOf(row: Row): ArtifactVersionRef | null {
    if (isRef(row, "artifactVersion"))
      return { kind: "artifactVersion", workspace: row.workspace, id: row.id };
    if (!isRef(row, "artifact")) return null;
    const latest = this.engines.peek(row.workspace)?.reader.artifact(row.id)?.latestVersionId;
    return latest == null ? null : { kind: "artifactVersion", workspace: row.workspace, id: latest };
  }
}

/** VS Code itself hands over the rows' handles under the same name, before what we said. */
async function draggedRefs(transfer: DataTransfer): Promise<readonly ArtifactVersionRef[]> {
  for (const [mime, item] of transfer) {
    const refs = mime === ARTIFACT_MIME ? parseRefs(await item.asString()) : [];
    if (refs.length > 0) return refs;
  }
  return [];
}

function parseRefs(text: string): readonly ArtifactVersionRef[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter((ref) => isRef(ref, "artifactVersion")) : [];
  } catch {
    // Something else was dropped under our name.
    return [];
  }
}
