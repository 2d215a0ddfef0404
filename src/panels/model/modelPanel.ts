/** The page of one model version: what is linked to it, what was measured, who used it, and where it stands. */
import type { WebviewPanel } from "vscode";
import { HeadraceError } from "../../core/errors";
import type { Json } from "../../core/json";
import type { Engine } from "../../engine/api";
import { briefly } from "../../ui/format";
import type { ModelVersionRef } from "../../ui/refs";
import { executeCommand } from "../../ui/registry";
import { runLabel } from "../../ui/runLabel";
import { Listening } from "../listening";
import { Panel, type Answers, type Loaded, type PanelServices } from "../panel";
import { compareVersions } from "./compareVersions";
import {
  modelStrings,
  type ModelCommand,
  type ModelContract,
  type ModelField,
  type ModelSnapshot,
} from "./messages";

export const MODEL_VIEW = "headrace.model";

const VERSIONS_SHOWN = 100;
const RUNS_SHOWN = 100;

export interface ModelTarget {
  readonly workspace: string;
  readonly modelVersionId: string;
}

export interface ModelPanelServices extends PanelServices {
  engine(workspace: string): Promise<Engine>;
  open(engine: Engine, modelVersionId: string): Promise<void>;
  compareRuns(engine: Engine, runIds: readonly string[]): Promise<void>;
}

export class ModelPanel extends Panel<ModelContract> {
  protected readonly loadingLabel: string;
  protected readonly answers: Answers<ModelContract> = {
    describe: async ({ text }) => {
      const engine = await this.#services.engine(this.#target.workspace);
      await engine.setDescription(this.#target.modelVersionId, text);
      return null;
    },
    setNote: async ({ text }) => {
      const engine = await this.#services.engine(this.#target.workspace);
      await engine.setNote("model_version", this.#target.modelVersionId, text);
      return null;
    },
    setTags: async ({ tags }) => {
      const engine = await this.#services.engine(this.#target.workspace);
      await engine.setTags("model_version", this.#target.modelVersionId, tags);
      return null;
    },
    compare: async ({ ids }) => compareVersions(await this.#services.engine(this.#target.workspace), ids),
  };
  readonly #services: ModelPanelServices;
  readonly #target: ModelTarget;
  readonly #listening = this.register(new Listening((engine) => this.#changed(engine)));

  constructor(services: ModelPanelServices, panel: WebviewPanel, target: ModelTarget) {
    const { l10n } = services.vscode;
    const { fields, ...strings } = modelStrings(l10n);
    super(services, panel, {
      name: "model",
      title: l10n.t("Model"),
      strings: { ...strings, ...prefixed(fields) },
    });
    this.#services = services;
    this.#target = target;
    this.loadingLabel = l10n.t("Reading the model version");
  }

  protected target(): Json {
    return { ...this.#target };
  }

  protected async load(): Promise<Loaded<ModelSnapshot>> {
    const engine = await this.#services.engine(this.#target.workspace);
    const state = modelSnapshot(engine, this.#target.modelVersionId);
    this.title = `${state.version.model} ${state.version.name}`;
    this.#listening.to(engine);
    return { kind: "ready", state };
  }

  protected async told(command: ModelCommand): Promise<void> {
    const { vscode } = this.#services;
    const { workspace, modelVersionId } = this.#target;
    const ref: ModelVersionRef = { kind: "modelVersion", workspace, id: modelVersionId };
    switch (command.do) {
      case "promote":
        return executeCommand(vscode, "headrace.promoteModelVersion", ref);
      case "archive":
        return executeCommand(vscode, "headrace.archiveModelVersion", ref);
      case "delete":
        return executeCommand(vscode, "headrace.deleteModel", ref);
      case "link":
        return executeCommand(vscode, "headrace.linkArtifactToModel", ref);
      case "openArtifact":
        return executeCommand(vscode, "headrace.openArtifact", {
          kind: "artifactVersion",
          workspace,
          id: command.artifactVersionId,
        });
      case "unlink":
        return executeCommand(vscode, "headrace.unlinkArtifact", {
          kind: "artifactVersion",
          workspace,
          id: command.artifactVersionId,
          modelVersionId,
        });
      case "openRun":
        return executeCommand(vscode, "headrace.openRun", { kind: "run", workspace, id: command.runId });
      case "compareRuns":
        return this.#services.compareRuns(await this.#services.engine(workspace), command.runIds);
      case "openVersion":
        return this.#services.open(await this.#services.engine(workspace), command.modelVersionId);
    }
  }

  protected acted(): void {
    // This panel's states have no buttons of their own.
  }

  #changed(engine: Engine): void {
    if (!this.shown) return;
    if (engine.reader.modelVersion(this.#target.modelVersionId) === null) void this.reload();
    else this.patch(modelSnapshot(engine, this.#target.modelVersionId));
  }
}

/** Texts for the page are a flat list. */
function prefixed(fields: Readonly<Record<ModelField, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [`field.${name}`, text]));
}

export function modelSnapshot(engine: Engine, id: string): ModelSnapshot {
  const { reader } = engine;
  const version = reader.modelVersion(id);
  const model = version === null ? null : reader.model(version.modelId);
  if (version === null || model === null) {
    throw new HeadraceError("not-found", "This model version is no longer in the store.", {
      advice: "It was deleted, by you or by another window.",
    });
  }
  const versions = reader.modelVersions(version.modelId, { limit: VERSIONS_SHOWN });
  const { license, description, audience, useCases, limitations, tradeOffs, ethics } = model;
  const given = Object.entries({ license, description, audience, useCases, limitations, tradeOffs, ethics });
  return {
    version,
    fields: Object.fromEntries(given.filter(([, text]) => text !== null && text !== "")),
    metadata: reader.metadata("model_version", id),
    stages: reader.stageHistory(id),
    artifacts: reader.linkedArtifacts(id).map((one) => ({
      ...{ id: one.id, name: one.alias ?? one.artifact, version: one.version, type: one.type },
      ...{ summary: briefly(one.summary), bytes: one.bytes, created: one.created },
    })),
    runs: reader
      .runsOfModelVersion(id)
      .slice(0, RUNS_SHOWN)
      .map((run) => ({
        ...{ id: run.id, label: runLabel(run), status: run.status, started: run.started, note: run.note },
      })),
    versions: versions.items.map((one) => ({
      ...{ id: one.id, name: one.name, number: one.number, stage: one.stage, created: one.created },
      metadata: reader.metadata("model_version", one.id),
    })),
    versionCount: versions.total,
    readOnly: engine.readOnly,
  };
}
