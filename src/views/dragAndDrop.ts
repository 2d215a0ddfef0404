/** Artifacts can be dragged: onto a model to link them, into an editor for the lines that load them. */
import { DRAGGED_VERSIONS, draggedVersions } from "../core/draggedVersions";
import type { LinkTarget } from "../engine/api";
import { draggedIds } from "../ui/dragged";
import type { Engines } from "../ui/engines";
import { linkTargetOf } from "../ui/linkTarget";
import { type ArtifactVersionRef, isRef } from "../ui/refs";
import { loaderSnippet } from "../ui/snippets";
import type { CancellationToken, DataTransfer, TreeDragAndDropController, VSCode } from "../ui/vscodeTypes";
import type { Row } from "./row";

/** What becomes of artifacts that were dropped on a model. */
export type LinkDropped = (refs: readonly ArtifactVersionRef[], target: LinkTarget) => Promise<void>;

export class ArtifactDrag implements TreeDragAndDropController<Row> {
  readonly dragMimeTypes = [DRAGGED_VERSIONS, "text/plain"];
  readonly dropMimeTypes: readonly string[];

  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
    private readonly linkDropped?: LinkDropped,
  ) {
    this.dropMimeTypes = linkDropped === undefined ? [] : [DRAGGED_VERSIONS];
  }

  /** With the lines as text, too, for whatever knows nothing of Headrace. */
  handleDrag(rows: readonly Row[], transfer: DataTransfer): void {
    const versions = rows.flatMap((row) => this.versionOf(row) ?? []);
    if (versions.length === 0) return;
    const put = (mime: string, text: string): void =>
      transfer.set(mime, new this.vscode.DataTransferItem(text));
    put(DRAGGED_VERSIONS, draggedVersions(versions.map(({ id }) => id)));
    put("text/plain", versions.map((version) => loaderSnippet(version)).join("\n"));
  }

  async handleDrop(target: Row | undefined, transfer: DataTransfer, token: CancellationToken): Promise<void> {
    if (target === undefined || token.isCancellationRequested) return;
    const reader = isRef(target, "model", "modelVersion") && this.engines.peek(target.workspace)?.reader;
    if (!reader) return;
    const link = linkTargetOf(reader, target);
    const refs = (await draggedIds(transfer))
      .filter((id) => reader.artifactVersion(id) !== null)
      .map((id) => ({ kind: "artifactVersion", workspace: target.workspace, id }) as const);
    if (link !== null && refs.length > 0) await this.linkDropped?.(refs, link);
  }

  private versionOf(row: Row) {
    if (!isRef(row, "artifactVersion", "artifact")) return null;
    const reader = this.engines.peek(row.workspace)?.reader;
    const id = row.kind === "artifact" ? reader?.artifact(row.id)?.latestVersionId : row.id;
    return id == null ? null : (reader?.artifactVersion(id) ?? null);
  }
}
