/** An artifact that is dropped into a file: the lines that load it, in the file's language, as lines of their own. */
import { DRAGGED_VERSIONS } from "../core/draggedVersions";
import type { Language } from "../core/entities";
import { draggedIds } from "../ui/dragged";
import type { Engines } from "../ui/engines";
import { loaderSnippet, ownLines, snippetLanguage, snippetLanguages } from "../ui/snippets";
import type {
  DataTransfer,
  DocumentDropEdit,
  DocumentDropEditProvider,
  Position,
  TextDocument,
  VSCode,
} from "../ui/vscodeTypes";

/** Files that have not been saved and cells of notebooks, too. */
export const droppableInto = snippetLanguages.map((language) => ({ language }));

export class LoaderDrop implements DocumentDropEditProvider {
  readonly dropMimeTypes = [DRAGGED_VERSIONS];

  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
  ) {}

  async provideDocumentDropEdits(
    document: TextDocument,
    position: Position,
    transfer: DataTransfer,
  ): Promise<DocumentDropEdit | undefined> {
    const { vscode } = this;
    const ids = await draggedIds(transfer);
    const snippets = ids.flatMap((id) => this.snippetOf(id, snippetLanguage(document)));
    if (snippets.length === 0) return undefined;
    const { at, text } = ownLines(document, position.line, snippets.join("\n"));
    const edit = new vscode.DocumentDropEdit("", vscode.l10n.t("Insert Loader Snippet into Editor"));
    edit.additionalEdit = new vscode.WorkspaceEdit();
    edit.additionalEdit.insert(document.uri, new vscode.Position(position.line, at), text);
    return edit;
  }

  private snippetOf(id: string, language: Language | undefined): readonly string[] {
    for (const engine of this.engines.all()) {
      const version = engine.reader.artifactVersion(id);
      if (version !== null) return [loaderSnippet(version, language)];
    }
    return [];
  }
}
