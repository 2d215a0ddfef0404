/** All panels behind one face (panels.ts). */
import type { Engine } from "../engine/api";
import { Disposable } from "../ui/lifecycle";
import { ARTIFACT_VIEW, ArtifactPanel, type ArtifactTarget } from "./artifact/artifactPanel";
import { PanelHost, hasTexts } from "./host";
import { MODEL_VIEW, ModelPanel, type ModelTarget } from "./model/modelPanel";
import type { PanelServices } from "./panel";
import type { OpenOptions } from "./panels";

export interface RecordPanelServices extends PanelServices {
  engine(workspace: string): Promise<Engine>;
}

/** The panels of what is remembered: artifacts and model versions. */
export class RecordPanels extends Disposable {
  readonly #artifacts: PanelHost<ArtifactTarget>;
  readonly #models: PanelHost<ModelTarget>;

  constructor(services: RecordPanelServices) {
    super();
    const { vscode } = services;
    const { l10n } = vscode;
    this.#artifacts = this.register(
      new PanelHost<ArtifactTarget>(vscode, {
        viewType: ARTIFACT_VIEW,
        title: l10n.t("Artifact"),
        beside: false,
        key: (target) => `${target.workspace}\n${target.artifactVersionId}`,
        make: (panel, target) =>
          new ArtifactPanel(
            { ...services, open: (engine, id) => this.openArtifact(engine, id) },
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
            { ...services, open: (engine, id) => this.openModelVersion(engine, id) },
            panel,
            target,
          ),
        restore: (kept) => (hasTexts(kept, "workspace", "modelVersionId") ? kept : null),
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
}
