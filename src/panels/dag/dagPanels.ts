/** DAG panels: one per pipeline, whichever of its runs it shows; made again after a reload of the window. */
import type { Engine } from "../../engine/api";
import { Disposable } from "../../ui/lifecycle";
import { hasTexts, PanelHost } from "../host";
import type { DagTarget, OpenOptions } from "../panels";
import { DAG_VIEW, DagPanel, type DagPanelServices, type DagPanelTarget } from "./dagPanel";

export class DagPanels extends Disposable {
  readonly #panels: PanelHost<DagPanelTarget, DagPanel>;

  constructor(services: DagPanelServices) {
    super();
    const { vscode } = services;
    this.#panels = this.register(
      new PanelHost<DagPanelTarget, DagPanel>(vscode, {
        viewType: DAG_VIEW,
        title: "DAG",
        beside: true,
        key: ({ workspace, name }) => `${workspace}\n${name}`,
        make: (panel, target) => new DagPanel(services, panel, target),
        again: (panel, target) => panel.retarget(target),
        restore: restored,
      }),
    );
  }

  openDag(engine: Engine, target: DagTarget, options?: OpenOptions): Promise<void> {
    const { workspace } = engine;
    const name = target.kind === "run" ? (engine.reader.run(target.runId)?.pipeline ?? "") : target.name;
    this.#panels.open({ ...target, workspace, name }, options);
    return Promise.resolve();
  }
}

function restored(kept: unknown): DagPanelTarget | null {
  if (!hasTexts(kept, "kind", "workspace", "name")) return null;
  const { workspace, name } = kept;
  if (kept.kind === "run" && hasTexts(kept, "runId")) {
    return { kind: "run", workspace, name, runId: kept.runId };
  }
  if (kept.kind === "pipeline" && hasTexts(kept, "file", "functionName")) {
    const { file, functionName } = kept;
    return { kind: "pipeline", workspace, file, functionName, name };
  }
  return null;
}
