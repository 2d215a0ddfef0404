/** The code that runs have used, as read-only documents: what VS Code's diff editor shows side by side. */
import type { Engine } from "../../engine/api";
import type { TextDocumentContentProvider, Uri, VSCode } from "../../ui/vscodeTypes";
import { codeOf, type CodePiece } from "./code";

export const CODE_SCHEME = "headrace-code";

interface Place {
  readonly workspace: string;
  readonly runId: string;
  /** Names a piece of the run's code. */
  readonly id: string;
}

export function codeUri(vscode: VSCode, place: Place, { name, extension }: CodePiece): Uri {
  return vscode.Uri.from({
    scheme: CODE_SCHEME,
    path: `/${encodeURIComponent(name)}${extension}`,
    query: JSON.stringify([place.workspace, place.runId, place.id]),
  });
}

export class CodeDocuments implements TextDocumentContentProvider {
  constructor(
    private readonly vscode: VSCode,
    private readonly engine: (workspace: string) => Promise<Engine>,
  ) {}

  /** Empty where the run did not use it: beside it, all of the other is new. */
  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const place = placeOf(uri);
    if (place === null) return this.vscode.l10n.t("This is no code of a run.");
    return textIn(await this.engine(place.workspace), place);
  }
}

function textIn({ reader }: Engine, { runId, id }: Place): string {
  return codeOf(reader.spec(runId)).get(id)?.text ?? "";
}

function placeOf(uri: Uri): Place | null {
  try {
    const parsed: unknown = JSON.parse(uri.query);
    if (!Array.isArray(parsed)) return null;
    const [workspace, runId, id] = parsed as readonly unknown[];
    return typeof workspace === "string" && typeof runId === "string" && typeof id === "string"
      ? { workspace, runId, id }
      : null;
  } catch {
    // Not one of ours: its query is something else.
    return null;
  }
}
