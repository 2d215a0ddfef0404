/** All panels behind one face (panels.ts). */
import { PayloadReader } from "../artifacts/readers/thread/payloadReader";
import type { Engine } from "../engine/api";
import { Disposable } from "../ui/lifecycle";
import { ARTIFACT_VIEW, ArtifactPanel, type ArtifactTarget } from "./artifact/artifactPanel";
import { ArtifactTexts, TEXT_SCHEME } from "./artifact/texts";
import { CODE_SCHEME, CodeDocuments } from "./compare/codeDocuments";
import { COMPARE_VIEW, ComparePanel, type CompareTarget } from "./compare/comparePanel";
import { PanelHost, hasTexts } from "./host";
import { MODEL_VIEW, ModelPanel, type ModelTarget } from "./model/modelPanel";
import type { PanelServices } from "./panel";
import type { OpenOptions } from "./panels";
import { RUN_VIEW, RunPanel, type RunTarget } from "./run/runPanel";

export interface RecordPanelServices extends PanelServices {
  engine(workspace: string): Promise<Engine>;
}

/** The panels of what is remembered: artifacts, model versions, runs, and runs side by side. */
export class RecordPanels extends Disposable {
  readonly #artifacts: PanelHost<ArtifactTarget>;
  readonly #models: PanelHost<ModelTarget>;
  readonly #runs: PanelHost<RunTarget>;
  readonly #comparisons: PanelHost<CompareTarget, ComparePanel>;

  constructor(services: RecordPanelServices) {
    super();
    const { vscode } = services;
    const { l10n } = vscode;
    const script = vscode.Uri.joinPath(services.extensionUri, "dist", "readers.js").fsPath;
    const texts = new ArtifactTexts(vscode, (folder) => services.engine(folder));
    this.register(vscode.workspace.registerTextDocumentContentProvider(TEXT_SCHEME, texts));
    const code = new CodeDocuments(vscode, (folder) => services.engine(folder));
    this.register(vscode.workspace.registerTextDocumentContentProvider(CODE_SCHEME, code));
    this.#artifacts = this.register(
      new PanelHost<ArtifactTarget>(vscode, {
        viewType: ARTIFACT_VIEW,
        title: l10n.t("Artifact"),
        beside: false,
        key: (target) => `${target.workspace}\n${target.artifactVersionId}`,
        make: (panel, target) =>
          new ArtifactPanel(
            {
              ...services,
              open: (engine, id) => this.openArtifact(engine, id),
              reader: () => new PayloadReader(script),
            },
            panel,
            target,
          ),
        restore: (kept) => (hasTexts(kept, "workspace", "artifactVersionId") ? kept : null),
      }),
    );
    this.#models = this.register(
      new PanelHost<ModelTarget>(vscode, {
        viewType: MODEL_VIEW,
        title: l10n.t("Model"),
        beside: false,
        key: (target) => `${target.workspace}\n${target.modelVersionId}`,
        make: (panel, target) =>
          new ModelPanel(
            {
              ...services,
              open: (engine, id) => this.openModelVersion(engine, id),
              compareRuns: (engine, ids) => this.compareRuns(engine, ids),
            },
            panel,
            target,
          ),
        restore: (kept) => (hasTexts(kept, "workspace", "modelVersionId") ? kept : null),
      }),
    );
    this.#runs = this.register(
      new PanelHost<RunTarget>(vscode, {
        viewType: RUN_VIEW,
        title: l10n.t("Run"),
        beside: false,
        key: (target) => `${target.workspace}\n${target.runId}`,
        make: (panel, target) => new RunPanel(services, panel, target),
        restore: (kept) => (hasTexts(kept, "workspace", "runId") ? kept : null),
      }),
    );
    this.#comparisons = this.register(
      new PanelHost<CompareTarget, ComparePanel>(vscode, {
        viewType: COMPARE_VIEW,
        title: l10n.t("Compare Runs"),
        beside: false,
        key: (target) => [target.workspace, ...[...target.runIds].sort()].join("\n"),
        make: (panel, target) => new ComparePanel(services, panel, target),
        again: (panel, target) => panel.compare(target.runIds),
        restore: restoredComparison,
      }),
    );
  }

  openArtifact(engine: Engine, artifactVersionId: string, options?: OpenOptions): Promise<void> {
    this.#artifacts.open({ workspace: engine.workspace, artifactVersionId }, options);
    return Promise.resolve();
  }

  openModelVersion(engine: Engine, modelVersionId: string, options?: OpenOptions): Promise<void> {
    this.#models.open({ workspace: engine.workspace, modelVersionId }, options);
    return Promise.resolve();
  }

  openRun(engine: Engine, runId: string, options?: OpenOptions): Promise<void> {
    this.#runs.open({ workspace: engine.workspace, runId }, options);
    return Promise.resolve();
  }

  compareRuns(engine: Engine, runIds: readonly string[], options?: OpenOptions): Promise<void> {
    this.#comparisons.open({ workspace: engine.workspace, runIds }, options);
    return Promise.resolve();
  }
}

function restoredComparison(kept: unknown): CompareTarget | null {
  if (!hasTexts(kept, "workspace") || !("runIds" in kept) || !Array.isArray(kept.runIds)) return null;
  const runIds = kept.runIds.filter((id): id is string => typeof id === "string");
  return { workspace: kept.workspace, runIds };
}
