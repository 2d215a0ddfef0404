/** The panel of one artifact version: its page asks, the store and the payload's files answer; actions are commands. */
import type { WebviewPanel } from "vscode";
import type { PayloadReader } from "../../artifacts/readers/thread/payloadReader";
import { HeadraceError } from "../../core/errors";
import type { Language } from "../../core/entities";
import type { Change } from "../../core/events";
import type { Json } from "../../core/json";
import type { Engine } from "../../engine/api";
import type { ArtifactVersionRef } from "../../ui/refs";
import { executeCommand } from "../../ui/registry";
import { loaderSnippet, ownLines, snippetLanguage } from "../../ui/snippets";
import type { TextDocument } from "../../ui/vscodeTypes";
import { Listening } from "../listening";
import { Panel, type Answers, type Loaded, type PanelServices } from "../panel";
import { diffVersions, oldestFirst } from "./diff";
import { lineageOf } from "./lineage";
import {
  artifactStrings,
  type ArtifactCommand,
  type ArtifactContract,
  type ArtifactSnapshot,
  type DiffParams,
} from "./messages";
import { PayloadPages } from "./pages";
import { artifactDelta, artifactSnapshot } from "./snapshot";
import { textUri } from "./texts";

export const ARTIFACT_VIEW = "headrace.artifact";

export interface ArtifactTarget {
  readonly workspace: string;
  readonly artifactVersionId: string;
}

export interface ArtifactPanelServices extends PanelServices {
  engine(workspace: string): Promise<Engine>;
  /** A thread for the panel's files, until it closes. */
  reader(): PayloadReader;
  /** Opens another version, in this panel or its own. */
  open(engine: Engine, artifactVersionId: string): Promise<void>;
}

export class ArtifactPanel extends Panel<ArtifactContract> {
  protected readonly loadingLabel: string;
  protected readonly answers: Answers<ArtifactContract> = {
    tablePage: async (request, asking) => (await this.#pages()).table(request, asking),
    tableColumns: async () => (await this.#pages()).columns(),
    columnSummary: async ({ column }, asking) => (await this.#pages()).summary(column, asking),
    arraySlice: async (request, asking) => (await this.#pages()).slice(request, asking),
    arrayPicture: async ({ leading }, asking) => (await this.#pages()).picture(leading, asking),
    arraySeries: async (_, asking) => (await this.#pages()).series(asking),
    diff: async (params, asking) => diffVersions(await this.#engine(), this.#reader, params, asking),
    lineage: async () => lineageOf(await this.#engine(), this.#target.artifactVersionId),
    snippet: ({ language }) => this.#snippet(language),
    setTags: async ({ tags }) => {
      await (await this.#engine()).setTags("artifact_version", this.#target.artifactVersionId, tags);
      return null;
    },
  };
  readonly #services: ArtifactPanelServices;
  readonly #target: ArtifactTarget;
  readonly #reader: PayloadReader;
  #open: Promise<PayloadPages> | null = null;
  readonly #listening = this.register(new Listening((engine, change) => this.#changed(engine, change)));

  constructor(services: ArtifactPanelServices, panel: WebviewPanel, target: ArtifactTarget) {
    const { l10n } = services.vscode;
    super(services, panel, { name: "artifact", title: l10n.t("Artifact"), strings: artifactStrings(l10n) });
    this.#services = services;
    this.#target = target;
    this.#reader = services.reader();
    this.loadingLabel = l10n.t("Reading the artifact");
    this.register({ dispose: () => this.#reader.close() });
  }

  protected target(): Json {
    return { ...this.#target };
  }

  protected async load(): Promise<Loaded<ArtifactSnapshot>> {
    const engine = await this.#engine();
    const state = await artifactSnapshot(engine, this.#target.artifactVersionId);
    this.#open = null;
    this.title = `${state.artifact.alias ?? state.artifact.name} v${state.artifact.version}`;
    this.#listening.to(engine);
    return { kind: "ready", state };
  }

  protected async told(command: ArtifactCommand): Promise<void> {
    const { vscode } = this.#services;
    const { workspace, artifactVersionId } = this.#target;
    const ref: ArtifactVersionRef = { kind: "artifactVersion", workspace, id: artifactVersionId };
    switch (command.do) {
      case "link":
        return executeCommand(vscode, "headrace.linkArtifactToModel", ref);
      case "unlink":
        return executeCommand(vscode, "headrace.unlinkArtifact", {
          ...ref,
          modelVersionId: command.modelVersionId,
        });
      case "reveal":
        return executeCommand(vscode, "headrace.revealPayload", ref);
      case "delete":
        return executeCommand(vscode, "headrace.deleteArtifact", ref);
      case "copyId":
        return executeCommand(vscode, "headrace.copyArtifactId", ref);
      case "copySnippet":
        await vscode.env.clipboard.writeText(await this.#snippet(command.language));
        vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t("Copied.")}`, 3000);
        return;
      case "insertSnippet":
        return this.#insertSnippet(command.language);
      case "openRun":
        return executeCommand(vscode, "headrace.openRun", { kind: "run", workspace, id: command.runId });
      case "openLog":
        return executeCommand(vscode, "headrace.openLog", {
          kind: "step",
          workspace,
          runId: command.runId,
          invocation: command.invocation,
        });
      case "openVersion":
        return this.#services.open(await this.#engine(), command.artifactVersionId);
      case "openModelVersion":
        return executeCommand(vscode, "headrace.openModelVersion", {
          kind: "modelVersion",
          workspace,
          id: command.modelVersionId,
        });
      case "diffText":
        return this.#diffText(command);
    }
  }

  protected acted(): void {
    // This panel's states have no buttons of their own.
  }

  #engine(): Promise<Engine> {
    return this.#services.engine(this.#target.workspace);
  }

  /** Opened once, however many ask at the same time; a failure is forgotten, so that the next one tries again. */
  #pages(): Promise<PayloadPages> {
    if (this.#open !== null) return this.#open;
    const opening = this.#engine().then((engine) =>
      PayloadPages.open(engine, this.#reader, this.#target.artifactVersionId),
    );
    this.#open = opening;
    opening.catch(() => {
      if (this.#open === opening) this.#open = null;
    });
    return opening;
  }

  #changed(engine: Engine, change: Change): void {
    if (!this.shown) return;
    const touched = change.entities.some(({ kind }) => kind !== "pipeline" && kind !== "run");
    if (!touched) return;
    const delta = artifactDelta(engine, this.#target.artifactVersionId);
    if (delta === null) void this.reload();
    else this.patch(delta);
  }

  /** At the cursor of a file in sight, of one in that language if there is one. */
  async #insertSnippet(language: Language): Promise<void> {
    const { vscode } = this.#services;
    const files = vscode.window.visibleTextEditors.filter(({ document }) => isWritten(document));
    const editor = files.findLast(({ document }) => snippetLanguage(document) === language) ?? files.at(-1);
    if (editor === undefined) {
      throw new HeadraceError(
        "invalid",
        vscode.l10n.t("No text editor is visible to insert into. Open the file beside this panel."),
      );
    }
    const { line } = editor.selection.active;
    const { at, text } = ownLines(editor.document, line, await this.#snippet(language));
    await editor.edit((edit) => edit.insert(new vscode.Position(line, at), text));
    await vscode.window.showTextDocument(editor.document, editor.viewColumn);
  }

  async #snippet(language: Language): Promise<string> {
    const version = (await this.#engine()).reader.artifactVersion(this.#target.artifactVersionId);
    if (version === null)
      throw new HeadraceError("not-found", "This artifact version is no longer in the store.");
    return loaderSnippet(version, language);
  }

  async #diffText({ oneId, otherId }: DiffParams): Promise<void> {
    const { vscode } = this.#services;
    const engine = await this.#engine();
    const [left, right] = oldestFirst(engine, oneId, otherId);
    const [one, other] = await Promise.all([textUri(vscode, engine, left), textUri(vscode, engine, right)]);
    const title = `${left.alias ?? left.artifact}: v${left.version} ↔ v${right.version}`;
    await vscode.commands.executeCommand("vscode.diff", one, other, title);
  }
}

/** Logs and outputs are shown in text editors, too. */
function isWritten({ uri }: TextDocument): boolean {
  return ["file", "untitled", "vscode-remote", "vscode-notebook-cell"].includes(uri.scheme);
}
