/** The panel that holds runs side by side. */
import type { WebviewPanel } from "vscode";
import type { Json } from "../../core/json";
import type { Engine } from "../../engine/api";
import { executeCommand } from "../../ui/registry";
import { Panel, type Answers, type Loaded, type PanelServices } from "../panel";
import { compareStrings, type CompareCommand, type CompareContract, type CompareSnapshot } from "./messages";
import { compareCsv, compareSnapshot } from "./snapshot";

export const COMPARE_VIEW = "headrace.compare";

export interface CompareTarget {
  readonly workspace: string;
  readonly runIds: readonly string[];
}

export interface ComparePanelServices extends PanelServices {
  engine(workspace: string): Promise<Engine>;
}

export class ComparePanel extends Panel<CompareContract> {
  protected readonly loadingLabel: string;
  protected readonly answers: Answers<CompareContract> = {};
  readonly #services: ComparePanelServices;
  readonly #target: CompareTarget;

  constructor(services: ComparePanelServices, panel: WebviewPanel, target: CompareTarget) {
    const { l10n } = services.vscode;
    super(services, panel, { name: "compare", title: l10n.t("Compare Runs"), strings: compareStrings(l10n) });
    this.#services = services;
    this.#target = target;
    this.loadingLabel = l10n.t("Reading the runs");
  }

  protected target(): Json {
    return { ...this.#target };
  }

  protected async load(): Promise<Loaded<CompareSnapshot>> {
    return { kind: "ready", state: await this.#snapshot() };
  }

  protected async told(command: CompareCommand): Promise<void> {
    const { vscode } = this.#services;
    const { workspace } = this.#target;
    switch (command.do) {
      case "openRun":
        return executeCommand(vscode, "headrace.showDag", { kind: "run", workspace, id: command.runId });
      case "openArtifact":
        return executeCommand(vscode, "headrace.openArtifact", {
          kind: "artifactVersion",
          workspace,
          id: command.artifactVersionId,
        });
      case "exportCsv": {
        const document = await vscode.workspace.openTextDocument({
          content: compareCsv(await this.#snapshot()),
          language: "csv",
        });
        await vscode.window.showTextDocument(document);
      }
    }
  }

  protected acted(): void {
    // This panel's states have no buttons of their own.
  }

  async #snapshot(): Promise<CompareSnapshot> {
    return compareSnapshot(await this.#services.engine(this.#target.workspace), this.#target.runIds);
  }
}
