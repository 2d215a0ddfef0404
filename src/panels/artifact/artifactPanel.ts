/** The panel of one artifact version: its page asks, the store and the payload's files answer; actions are commands. */
import type { WebviewPanel } from "vscode";
import { HeadraceError } from "../../core/errors";
import type { Language } from "../../core/entities";
import type { Change } from "../../core/events";
import type { Json } from "../../core/json";
import type { Engine } from "../../engine/api";
import type { ArtifactVersionRef } from "../../ui/refs";
import { executeCommand } from "../../ui/registry";
import { loaderSnippet } from "../../ui/snippets";
import { Listening } from "../listening";
import { Panel, type Answers, type Loaded, type PanelServices } from "../panel";
import { diffTexts, diffVersions } from "./diff";
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

export const ARTIFACT_VIEW = "headrace.artifact";

export interface ArtifactTarget {
  readonly workspace: string;
  readonly artifactVersionId: string;
}

export interface ArtifactPanelServices extends PanelServices {
  engine(workspace: string): Promise<Engine>;
  /** Opens another version, in this panel or its own. */
  open(engine: Engine, artifactVersionId: string): Promise<void>;
}

export class ArtifactPanel extends Panel<ArtifactContract> {
  protected readonly loadingLabel: string;
  protected readonly answers: Answers<ArtifactContract> = {
    tablePage: async (request) => (await this.#pages()).table(request),
    tableColumns: async () => (await this.#pages()).columns(),
    columnSummary: async ({ column }) => (await this.#pages()).summary(column),
    arraySlice: async (request) => (await this.#pages()).slice(request),
    arrayPicture: async ({ leading }) => (await this.#pages()).picture(leading),
    arraySeries: async () => (await this.#pages()).series(),
    diff: async ({ oneId, otherId }) => diffVersions(await this.#engine(), oneId, otherId),
    lineage: async () => lineageOf(await this.#engine(), this.#target.artifactVersionId),
    snippet: ({ language }) => this.#snippet(language),
    setTags: async ({ tags }) => {
      await (await this.#engine()).setTags("artifact_version", this.#target.artifactVersionId, tags);
      return null;
    },
  };
  readonly #services: ArtifactPanelServices;
  readonly #target: ArtifactTarget;
  #open: Promise<PayloadPages> | null = null;
  readonly #listening = this.register(new Listening((engine, change) => this.#changed(engine, change)));

  constructor(services: ArtifactPanelServices, panel: WebviewPanel, target: ArtifactTarget) {
    const { l10n } = services.vscode;
    super(services, panel, { name: "artifact", title: l10n.t("Artifact"), strings: artifactStrings(l10n) });
    this.#services = services;
    this.#target = target;
    this.loadingLabel = l10n.t("Reading the artifact");
    this.register({ dispose: () => this.#closePages() });
  }

  protected target(): Json {
    return { ...this.#target };
  }

  protected async load(): Promise<Loaded<ArtifactSnapshot>> {
    const engine = await this.#engine();
    const state = await artifactSnapshot(engine, this.#target.artifactVersionId);
    this.#closePages();
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
      PayloadPages.open(engine, this.#target.artifactVersionId),
    );
    this.#open = opening;
    opening.catch(() => {
      if (this.#open === opening) this.#open = null;
    });
    return opening;
  }

  #closePages(): void {
    void this.#open?.then(
      (pages) => pages.close(),
      () => undefined,
    );
    this.#open = null;
  }

  #changed(engine: Engine, change: Change): void {
    if (!this.shown) return;
    const touched = change.entities.some(({ kind }) => kind !== "pipeline" && kind !== "run");
    if (!touched) return;
    const delta = artifactDelta(engine, this.#target.artifactVersionId);
    if (delta === null) void this.reload();
    else this.patch(delta);
  }

  /** Into the editor that was used last; a panel is no place for text. */
  async #insertSnippet(language: Language): Promise<void> {
    const { vscode } = this.#services;
    const editor = vscode.window.visibleTextEditors.at(-1);
    if (editor === undefined) {
      throw new HeadraceError(
        "invalid",
        vscode.l10n.t("No text editor is visible to insert into. Open the file beside this panel."),
      );
    }
    const text = await this.#snippet(language);
    await editor.edit((edit) => edit.insert(editor.selection.active, text));
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
    const { left, right, title } = await diffTexts(await this.#engine(), oneId, otherId);
    const [a, b] = await Promise.all(
      [left, right].map((content) => vscode.workspace.openTextDocument({ content, language: "plaintext" })),
    );
    if (a !== undefined && b !== undefined)
      await vscode.commands.executeCommand("vscode.diff", a.uri, b.uri, title);
  }
}
