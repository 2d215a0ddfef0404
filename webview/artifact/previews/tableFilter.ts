/** The filter of a table: a column, how to compare, and with what. */
import type { ArtifactStrings, TableColumn, TableFilter } from "../../../src/panels/artifact/messages";
import { element } from "../../ui/dom";
import { dropdown, textField } from "../../ui/toolkit";

type Operator = TableFilter["operator"];
const TYPING_PAUSE_MS = 250;

export class FilterBar {
  readonly root = element("div", { class: "tools filter" });
  readonly #columns: HTMLInputElement;
  readonly #text: HTMLInputElement;
  #column = 0;
  #operator: Operator = "contains";
  #typing: number | undefined;

  constructor(
    columns: readonly TableColumn[],
    strings: ArtifactStrings,
    private readonly changed: (filter: TableFilter | null) => void,
  ) {
    const names = columns.map((column, i) => ({ value: String(i), label: column.name }));
    this.#columns = dropdown(strings.filterColumn, names, "0", (value) => {
      this.#column = Number(value);
      this.#tell();
    }) as HTMLInputElement;
    const operators: readonly (readonly [Operator, string])[] = [
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
    const words = operators.map(([value, label]) => ({ value, label }));
    const comparing = dropdown(strings.filterOperator, words, "contains", (value) => {
      this.#operator = value as Operator;
      this.#text.hidden = !this.#needsText;
      this.#tell();
    });
    comparing.classList.add("operator");
    this.#text = textField(strings.filterRows, () => {
      window.clearTimeout(this.#typing);
      this.#typing = window.setTimeout(() => this.#tell(), TYPING_PAUSE_MS);
    });
    this.root.append(this.#columns, comparing, this.#text);
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

  #tell(): void {
    const text = this.#text.value;
    const isEmpty = this.#needsText && text === "";
    this.changed(isEmpty ? null : { column: this.#column, operator: this.#operator, text });
  }
}
