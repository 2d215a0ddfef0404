/** The filters of a table: one that is being written, and those that were kept; rows must pass all of them. */
import type { ArtifactStrings, TableColumn, TableFilter } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { element, replaceChildren } from "../../ui/dom";
import { visible } from "../../ui/format";
import { dropdown, iconButton, textField } from "../../ui/toolkit";

type Operator = TableFilter["operator"];
const TYPING_PAUSE_MS = 250;

export class FilterBar {
  readonly root = element("div", { class: "tools filter" });
  readonly #columns: HTMLInputElement;
  readonly #comparing: HTMLInputElement;
  readonly #text: HTMLInputElement;
  readonly #chips = element("span", { class: "chips" });
  readonly #operators: readonly (readonly [Operator, string])[];
  #kept: readonly TableFilter[] = [];
  #column = 0;
  #operator: Operator = "contains";
  #typing: number | undefined;

  constructor(
    private readonly columns: readonly TableColumn[],
    private readonly strings: ArtifactStrings,
    private readonly changed: (filters: readonly TableFilter[]) => void,
  ) {
    const names = columns.map((column, i) => ({ value: String(i), label: visible(column.name) }));
    this.#columns = dropdown(strings.filterColumn, names, "0", (value) => {
      this.#column = Number(value);
      this.#tell();
    }) as HTMLInputElement;
    this.#operators = [
      ["contains", strings.filterContains],
      ["equals", "="],
      ["not-equals", "≠"],
      ["less", "<"],
      ["less-or-equal", "≤"],
      ["greater", ">"],
      ["greater-or-equal", "≥"],
      ["missing", strings.filterMissing],
      ["present", strings.filterPresent],
    ];
    const words = this.#operators.map(([value, label]) => ({ value, label }));
    this.#comparing = dropdown(strings.filterOperator, words, "contains", (value) => {
      this.#compare(value as Operator);
      this.#tell();
    }) as HTMLInputElement;
    this.#comparing.classList.add("operator");
    this.#text = textField(strings.filterRows, () => {
      window.clearTimeout(this.#typing);
      this.#typing = window.setTimeout(() => this.#tell(), TYPING_PAUSE_MS);
    });
    this.#text.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#keep();
    });
    const keep = iconButton("add", strings.keepFilter, () => this.#keep());
    this.root.append(this.#chips, this.#columns, this.#comparing, this.#text, keep);
  }

  /** Puts the keyboard where the text for a column is typed. */
  choose(column: number): void {
    this.#column = column;
    this.#columns.value = String(column);
    this.#text.focus();
    if (this.#text.value !== "") this.#tell();
  }

  get #needsText(): boolean {
    return this.#operator !== "missing" && this.#operator !== "present";
  }

  get #written(): readonly TableFilter[] {
    const text = this.#text.value;
    return this.#needsText && text === "" ? [] : [{ column: this.#column, operator: this.#operator, text }];
  }

  #tell(): void {
    window.clearTimeout(this.#typing);
    this.changed([...this.#kept, ...this.#written]);
  }

  /** The filter that was written stays; another can be written. */
  #keep(): void {
    if (this.#written.length === 0) return;
    this.#kept = [...this.#kept, ...this.#written];
    this.#text.value = "";
    this.#compare("contains");
    this.#draw();
    this.#tell();
  }

  #drop(filter: TableFilter): void {
    this.#kept = this.#kept.filter((one) => one !== filter);
    this.#draw();
    this.#tell();
  }

  #compare(operator: Operator): void {
    this.#operator = operator;
    this.#comparing.value = operator;
    this.#text.hidden = !this.#needsText;
  }

  #draw(): void {
    const chips = this.#kept.map((filter) => {
      const text = this.#words(filter);
      return element(
        "span",
        { class: "tag" },
        text,
        iconButton("close", fill(this.strings.removeFilter, text), () => this.#drop(filter), {
          class: "tag-remove",
        }),
      );
    });
    replaceChildren(this.#chips, ...chips);
  }

  #words({ column, operator, text }: TableFilter): string {
    const name = visible(this.columns[column]?.name ?? "");
    const comparing = this.#operators.find(([known]) => known === operator)?.[1] ?? operator;
    return [name, comparing, ...(text === "" ? [] : [visible(text)])].join(" ");
  }
}
