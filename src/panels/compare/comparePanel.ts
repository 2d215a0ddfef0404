/** The panel that holds runs side by side. */
import type { WebviewPanel } from "vscode";
import type { Change } from "../../core/events";
import type { Json } from "../../core/json";
import type { Engine } from "../../engine/api";
import { Coalesced } from "../../ui/lifecycle";
import { executeCommand } from "../../ui/registry";
import { pickRunsToCompare } from "../../ui/runChoices";
import { runLabel } from "../../ui/runLabel";
import type { Uri } from "../../ui/vscodeTypes";
import { Listening } from "../listening";
import { fill } from "../messages";
import { Panel, type Answers, type Loaded, type PanelServices } from "../panel";
import { codeOf } from "./code";
import { codeUri } from "./codeDocuments";
import { compareCsv } from "./csv";
import {
  compareStrings,
  type CompareCommand,
  type CompareContract,
  type CompareSnapshot,
  type CompareStrings,
} from "./messages";
import { compareSnapshot } from "./snapshot";

export const COMPARE_VIEW = "headrace.compare";

/** A run that goes on changes often; its comparison is read anew as often as the eye can follow. */
const TOGETHER_MS = 250;

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
  readonly #strings: CompareStrings;
  readonly #listening = this.register(new Listening((engine, change) => this.#changed(engine, change)));
  readonly #telling = this.register(new Coalesced(() => void this.#tell(), TOGETHER_MS));
  readonly #workspace: string;
  /** The others are compared with the first. */
  #runIds: readonly string[];

  constructor(services: ComparePanelServices, panel: WebviewPanel, target: CompareTarget) {
    const { l10n } = services.vscode;
    const strings = compareStrings(l10n);
    super(services, panel, { name: "compare", title: l10n.t("Compare Runs"), strings });
    this.#services = services;
    this.#strings = strings;
    this.#workspace = target.workspace;
    this.#runIds = target.runIds;
    this.loadingLabel = l10n.t("Reading the runs");
  }

  /** Compares these instead. */
  compare(runIds: readonly string[]): void {
    if (runIds.join() === this.#runIds.join()) return;
    this.#runIds = runIds;
    void this.reload();
  }

  protected target(): Json {
    return { workspace: this.#workspace, runIds: this.#runIds };
  }

  protected async load(): Promise<Loaded<CompareSnapshot>> {
    const engine = await this.#engine();
    this.#listening.to(engine);
    const state = await compareSnapshot(engine, this.#runIds);
    const labels = state.runs.map(({ label }) => label);
    this.title = labels.length === 2 ? labels.join(" ↔ ") : fill(this.#strings.title, labels.length);
    return { kind: "ready", state };
  }

  protected async told(command: CompareCommand): Promise<void> {
    const { vscode } = this.#services;
    const workspace = this.#workspace;
    switch (command.do) {
      case "openRun":
        return executeCommand(vscode, "headrace.openRun", { kind: "run", workspace, id: command.runId });
      case "openArtifact":
        return executeCommand(vscode, "headrace.openArtifact", {
          ...{ kind: "artifactVersion", workspace, id: command.artifactVersionId },
        });
      case "leaveOut":
        this.compare(this.#runIds.filter((id) => id !== command.runId));
        return;
      case "compareTo":
        this.compare([command.runId, ...this.#runIds.filter((id) => id !== command.runId)]);
        return;
      case "chooseRuns":
        return this.#choose();
      case "showCode":
        return this.#showCode(command.runId, command.id);
      case "showAllCode":
        return this.#showAllCode(command.runId);
      case "exportCsv":
        return this.#export();
    }
  }

  protected acted(): void {
    // This panel's states have no buttons of their own.
  }

  #engine(): Promise<Engine> {
    return this.#services.engine(this.#workspace);
  }

  #changed({ reader }: Engine, { entities }: Change): void {
    const compared = new Set(this.#runIds);
    const touched = entities.some(({ kind, id }) =>
      kind === "run" ? compared.has(id) : kind === "step_run" && compared.has(reader.step(id)?.runId ?? ""),
    );
    if (touched) this.#telling.request();
  }

  async #tell(): Promise<void> {
    if (!this.shown) return;
    try {
      this.patch(await compareSnapshot(await this.#engine(), this.#runIds));
    } catch {
      // Told by the page: too few of the runs are left.
      await this.reload();
    }
  }

  async #choose(): Promise<void> {
    const chosen = await pickRunsToCompare(this.#services.vscode, await this.#engine(), this.#runIds);
    if (chosen !== null) this.compare(chosen);
  }

  async #showCode(runId: string, id: string): Promise<void> {
    const { vscode } = this.#services;
    const { title, sides } = await this.#sides(runId);
    const side = sides.find((one) => one.id === id);
    if (side !== undefined)
      await vscode.commands.executeCommand("vscode.diff", side.before, side.after, `${side.name}: ${title}`);
  }

  /** In VS Code's editor for the changes of several files. */
  async #showAllCode(runId: string): Promise<void> {
    const { title, sides } = await this.#sides(runId);
    await this.#services.vscode.commands.executeCommand(
      "vscode.changes",
      `${this.#strings.allChanges}: ${title}`,
      sides.map(({ before, after }) => [after, before, after]),
    );
  }

  /** What a run's code differs in from that of the first, where both texts are known. */
  async #sides(runId: string): Promise<{ readonly title: string; readonly sides: readonly Side[] }> {
    const { vscode } = this.#services;
    const { reader } = await this.#engine();
    const [baseId = ""] = this.#runIds;
    const [before, after] = [codeOf(reader.spec(baseId)), codeOf(reader.spec(runId))];
    const sides = [...new Set([...after.keys(), ...before.keys()])].flatMap((id): Side[] => {
      const [old, piece] = [before.get(id), after.get(id)];
      const known = piece ?? old;
      // Beside what only one of them has, the other is empty.
      if (known === undefined || old?.text === null || piece?.text === null) return [];
      if (old?.digest === piece?.digest) return [];
      const uriOf = (run: string): Uri =>
        codeUri(vscode, { workspace: this.#workspace, runId: run, id }, known);
      return [{ id, name: known.name, before: uriOf(baseId), after: uriOf(runId) }];
    });
    const labels = [baseId, runId].map((id) => {
      const run = reader.run(id);
      return run === null ? id : runLabel(run);
    });
    return { title: labels.join(" ↔ "), sides };
  }

  async #export(): Promise<void> {
    const { workspace, window } = this.#services.vscode;
    const state = await compareSnapshot(await this.#engine(), this.#runIds);
    const content = compareCsv(state, this.#strings);
    await window.showTextDocument(await workspace.openTextDocument({ content, language: "csv" }));
  }
}

interface Side {
  readonly id: string;
  readonly name: string;
  readonly before: Uri;
  readonly after: Uri;
}
