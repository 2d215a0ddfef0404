/** Artifact versions as read-only documents, so that the editor's own comparison finds the lines that differ. */
import * as path from "node:path";
import { openFile } from "../../artifacts/readers/file";
import type { ArtifactVersion } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { Json } from "../../core/json";
import type { Preview } from "../../core/preview";
import type { Engine } from "../../engine/api";
import { storedPreview } from "../../ui/storedPreview";
import type { TextDocumentContentProvider, Uri, VSCode } from "../../ui/vscodeTypes";

export const TEXT_SCHEME = "headrace-artifact";

/** Of longer texts the beginning is compared. */
const LONGEST = 8 * 1024 * 1024;

/** By them the editor chooses how to colour the text. */
const EXTENSIONS = { plain: ".txt", markdown: ".md", html: ".html", csv: ".csv", code: ".txt" } as const;

export class ArtifactTexts implements TextDocumentContentProvider {
  constructor(
    private readonly vscode: VSCode,
    private readonly engine: (workspace: string) => Promise<Engine>,
  ) {}

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const { l10n } = this.vscode;
    const named = versionOf(uri);
    if (named === null) return l10n.t("This is no artifact version.");
    const text = await versionText(await this.engine(named.workspace), named.id);
    return text.isCut ? `${text.text}\n${l10n.t("… only the beginning is shown")}` : text.text;
  }
}

/** A document of this version, named after it. */
export async function textUri(vscode: VSCode, engine: Engine, version: ArtifactVersion): Promise<Uri> {
  const preview = await storedPreview(engine, version.id);
  const extension =
    preview?.kind === "text" ? EXTENSIONS[preview.format] : preview?.kind === "json" ? ".json" : ".txt";
  const name = `${version.alias ?? version.artifact} v${version.version}`.replaceAll(/[/\\]/g, "_");
  return vscode.Uri.from({
    scheme: TEXT_SCHEME,
    path: `/${name}${extension}`,
    query: JSON.stringify({ workspace: engine.workspace, id: version.id }),
  });
}

function versionOf(uri: Uri): { readonly workspace: string; readonly id: string } | null {
  try {
    const { workspace, id } = JSON.parse(uri.query) as Record<string, unknown>;
    return typeof workspace === "string" && typeof id === "string" ? { workspace, id } : null;
  } catch {
    return null;
  }
}

interface VersionText {
  readonly text: string;
  readonly isCut: boolean;
}

async function versionText(engine: Engine, id: string): Promise<VersionText> {
  const folder = engine.payloadFolder(id);
  const preview = await storedPreview(engine, id);
  if (folder === null || preview === null) return { text: "", isCut: false };
  const isCut = "truncated" in preview && preview.truncated;
  const file = isCut && "file" in preview && preview.file !== null ? path.join(folder, preview.file) : null;
  if (preview.kind === "text")
    return file === null ? { text: preview.text, isCut: false } : readText(file, LONGEST);
  if (preview.kind === "json") {
    const whole = file === null ? null : await readText(file, LONGEST);
    const value = whole === null || whole.isCut ? preview.value : (JSON.parse(whole.text) as Json);
    return { text: JSON.stringify(value, null, 2), isCut: isCut && whole?.isCut !== false };
  }
  return { text: shown(preview), isCut };
}

async function readText(file: string, most: number): Promise<VersionText> {
  const bytes = await openFile(file);
  try {
    const text = new TextDecoder().decode(await bytes.read(0, most));
    return { text, isCut: bytes.size > most };
  } finally {
    await bytes.close();
  }
}

/** What is no text: as the lines that tell versions apart best. */
function shown(preview: Preview): string {
  if (preview.kind === "value") return preview.text;
  if (preview.kind !== "table") return JSON.stringify(preview, null, 2);
  const cell = (value: Json): string =>
    value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return [preview.columns.map((column) => column.name), ...preview.head]
    .map((cells) => cells.map(cell).join("\t"))
    .join("\n");
}

export function missingVersion(): HeadraceError {
  return new HeadraceError("not-found", "One of the versions is no longer in the store.");
}
