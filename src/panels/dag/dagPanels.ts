/** DAG panels: one per pipeline or run, made again after a reload of the window. */
import type { Engine } from "../../engine/api";
import { Disposable } from "../../ui/lifecycle";
import { hasTexts, PanelHost } from "../host";
import type { DagTarget, OpenOptions } from "../panels";
import { DAG_VIEW, DagPanel, type DagPanelServices, type DagPanelTarget } from "./dagPanel";

export class DagPanels extends Disposable {
  readonly #panels: PanelHost<DagPanelTarget>;

  constructor(services: DagPanelServices) {
    super();
    const { vscode } = services;
    this.#panels = this.register(
      new PanelHost<DagPanelTarget>(vscode, {
        viewType: DAG_VIEW,
        title: "DAG",
        beside: true,
        key: (target) =>
          `${target.workspace}\n${target.kind === "run" ? target.runId : `${target.file}\n${target.functionName}`}`,
        make: (panel, target) => new DagPanel(services, panel, target),
        restore: restored,
      }),
    );
  }

  openDag(engine: Engine, target: DagTarget, options?: OpenOptions): Promise<void> {
    this.#panels.open({ ...target, workspace: engine.workspace }, options);
    return Promise.resolve();
  }
}

function restored(kept: unknown): DagPanelTarget | null {
  if (!hasTexts(kept, "kind", "workspace")) return null;
  const { workspace } = kept;
  if (kept.kind === "run" && hasTexts(kept, "runId")) return { kind: "run", workspace, runId: kept.runId };
  if (kept.kind === "pipeline" && hasTexts(kept, "file", "functionName", "name")) {
    const { file, functionName, name } = kept;
    return { kind: "pipeline", workspace, file, functionName, name };
  }
  return null;
}
