/** The versions of a model: all of them with what was logged on each, or those that are chosen side by side. */
import { fill } from "../../src/panels/messages";
import type {
  ComparedThing,
  ComparedVersions,
  ModelCommand,
  ModelSnapshot,
  VersionRow,
} from "../../src/panels/model/messages";
import { element, replaceChildren, type Child } from "../ui/dom";
import { formatMoment, visible } from "../ui/format";
import { formatNumber } from "../ui/numbers";
import { link, section } from "../ui/parts";
import type { Watching } from "../ui/rpc";
import { Surface } from "../ui/surface";
import { button, setPressed } from "../ui/toolkit";
import { stageBadge, type PageStrings } from "./stages";

const MOST_KEYS = 12;

export interface VersionsHost {
  tell(command: ModelCommand): void;
  compare(ids: readonly string[], watching: Watching): Promise<ComparedVersions>;
  showOutput(): void;
}

export class Versions {
  readonly root: HTMLElement;
  readonly #tools = element("div", { class: "tools" });
  readonly #hint = element("p", { class: "note", role: "status" });
  readonly #table: HTMLElement;
  readonly #older = element("p", { class: "note" });
  /** Kept while the page is there. */
  readonly #chosen = new Set<string>();
  #snapshot: ModelSnapshot | null = null;
  #comparing = false;
  #differencesOnly = true;
  readonly #surface: Surface;

  constructor(
    private readonly strings: PageStrings,
    private readonly host: VersionsHost,
  ) {
    this.#surface = new Surface(strings, () => host.showOutput());
    this.#table = element("div", {
      ...{ class: "scroll", tabindex: 0, role: "group", "aria-label": strings.versions },
    });
    this.root = section(
      strings.versions,
      this.#tools,
      this.#surface.root,
      this.#hint,
      this.#table,
      this.#older,
    );
  }

  update(snapshot: ModelSnapshot): void {
    this.#snapshot = snapshot;
    const { versions, versionCount } = snapshot;
    for (const id of this.#chosen) if (!versions.some((one) => one.id === id)) this.#chosen.delete(id);
    const older = versionCount - versions.length;
    this.#older.textContent = older > 0 ? fill(this.strings.moreVersions, older) : "";
    this.#comparing &&= this.#chosen.size > 1;
    this.#paint();
  }

  #paint(): void {
    if (this.#comparing) void this.#compare();
    else this.#list();
  }

  #list(): void {
    const { strings } = this;
    if (this.#snapshot === null) return;
    const { version, versions } = this.#snapshot;
    const several = versions.length > 1;
    const compare = button(strings.compareVersions, () => {
      this.#comparing = true;
      this.#paint();
    });
    const say = (): void => {
      compare.toggleAttribute("disabled", this.#chosen.size < 2);
      this.#hint.textContent = several && this.#chosen.size < 2 ? strings.chooseTwo : "";
    };
    say();
    const keys = [...new Set(versions.flatMap((one) => Object.keys(one.metadata)))].slice(0, MOST_KEYS);
    const titles = [strings.version, strings.stage, strings.made, ...keys];
    const rows = versions.map((one) =>
      element(
        "tr",
        { "aria-current": one.id === version.id ? "true" : null },
        several ? element("td", { class: "check" }, this.#checkbox(one, say)) : null,
        element("th", { scope: "row" }, this.#versionLink(one)),
        element("td", {}, one.stage === null ? "" : stageBadge(one.stage, strings)),
        element("td", {}, formatMoment(one.created)),
        ...keys.map((key) => element("td", { class: "numeric" }, cellText(one.metadata[key] ?? null))),
      ),
    );
    const head = titles.map((title) => element("th", { scope: "col" }, visible(title)));
    replaceChildren(this.#tools, several ? compare : null);
    replaceChildren(
      this.#table,
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, several ? element("td", {}) : null, ...head)),
        element("tbody", {}, ...rows),
      ),
    );
  }

  #versionLink(one: Pick<VersionRow, "id" | "name">): HTMLElement {
    return link(visible(one.name), () => this.host.tell({ do: "openVersion", modelVersionId: one.id }));
  }

  #checkbox(one: VersionRow, changed: () => void): HTMLElement {
    const box = element("input", {
      type: "checkbox",
      checked: this.#chosen.has(one.id),
      "aria-label": fill(this.strings.chooseVersion, visible(one.name)),
    });
    box.addEventListener("change", () => {
      if (box.checked) this.#chosen.add(one.id);
      else this.#chosen.delete(one.id);
      changed();
    });
    return box;
  }

  async #compare(): Promise<void> {
    await this.#surface.ask({
      label: this.strings.comparing,
      ask: (watching) => this.host.compare([...this.#chosen], watching),
      show: (compared) => {
        this.#hint.textContent = "";
        this.#sideBySide(compared);
      },
    });
  }

  #sideBySide(compared: ComparedVersions): void {
    const { strings, host } = this;
    const { versions, rows, runIds } = compared;
    const only = button(strings.differencesOnly, () => {
      this.#differencesOnly = !this.#differencesOnly;
      this.#sideBySide(compared);
    });
    setPressed(only, this.#differencesOnly);
    const all = button(strings.allVersions, () => {
      this.#comparing = false;
      this.#surface.leave();
      this.#paint();
    });
    const runs = button(strings.compareRuns, () => host.tell({ do: "compareRuns", runIds }));
    replaceChildren(this.#tools, all, only, runIds.length === 0 ? null : runs);
    const row = (title: string, cell: (one: ComparedVersions["versions"][number]) => Child): HTMLElement =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, title),
        ...versions.map((one) => element("td", {}, cell(one))),
      );
    const shown = rows.filter((one) => one.differs || !this.#differencesOnly);
    replaceChildren(
      this.#table,
      element(
        "table",
        { class: "compared" },
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            element("th", { scope: "row" }, strings.version),
            ...versions.map((one) => element("th", { scope: "col" }, this.#versionLink(one))),
          ),
          row(strings.stage, (one) => stageBadge(one.stage, strings)),
          row(strings.made, (one) => formatMoment(one.created)),
        ),
        ...(["metadata", "artifacts"] as const).map((group) => this.#group(group, shown, versions.length)),
      ),
      shown.length === 0 ? element("p", { class: "note" }, strings.nothingDiffers) : null,
    );
  }

  #group(group: ComparedThing["group"], all: readonly ComparedThing[], columns: number): Child {
    const rows = all.filter((one) => one.group === group);
    if (rows.length === 0) return null;
    const title = element("th", { colspan: columns + 1, scope: "rowgroup" }, this.strings[group]);
    return element(
      "tbody",
      {},
      element("tr", { class: "group" }, title),
      ...rows.map((one) => this.#thing(one)),
    );
  }

  /** A number says how far it is from that of the oldest version. */
  #thing({ name, values, artifactVersionIds }: ComparedThing): HTMLElement {
    const [base] = values;
    const cells = values.map((value, i) => {
      const id = artifactVersionIds?.[i] ?? null;
      const text = cellText(value);
      const open = (): void => this.host.tell({ do: "openArtifact", artifactVersionId: id ?? "" });
      const difference = typeof value === "number" && typeof base === "number" ? value - base : 0;
      const sign = difference > 0 ? "+" : "−";
      return element(
        "td",
        { class: "numeric" },
        id === null ? text : link(text, open),
        difference === 0
          ? null
          : element("span", { class: "note" }, ` ${sign}${formatNumber(Math.abs(difference))}`),
      );
    });
    return element("tr", {}, element("th", { scope: "row" }, visible(name)), ...cells);
  }
}

function cellText(value: ComparedThing["values"][number]): string {
  if (value === null) return "—";
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "string" ? visible(value) : JSON.stringify(value);
}
