/** What became of a function, class or constant from run to run, with the way to its lines. */
import {
  codeWords,
  type CodeCell,
  type CompareContract,
  type ComparedCode,
  type ComparedRun,
  type CompareStrings,
} from "../../src/panels/compare/messages";
import { fill } from "../../src/panels/messages";
import { codicon, element, type Child } from "../ui/dom";
import { visible } from "../ui/format";
import { link } from "../ui/parts";
import type { Channel } from "../ui/rpc";

const ICONS: Readonly<Record<ComparedCode["kind"], string>> = {
  pipeline: "type-hierarchy-sub",
  step: "symbol-method",
  function: "symbol-method",
  class: "symbol-class",
  constant: "symbol-constant",
  module: "file-code",
  package: "package",
  materializer: "symbol-class",
  file: "file",
  extra: "symbol-property",
};

export function codeName(kind: ComparedCode["kind"], name: string): HTMLElement {
  return element("span", { class: "code-name" }, codicon(ICONS[kind]), visible(name));
}

export function codeCells(
  { id, cells }: ComparedCode,
  name: string,
  runs: readonly ComparedRun[],
  strings: CompareStrings,
  channel: Channel<CompareContract>,
): readonly HTMLElement[] {
  return cells.map((cell, i) => {
    const changed = cell.is === "changed";
    const title = changed && cell.lines === null ? strings.textNotKept : null;
    const shown = codeCell(cell, name, strings, () =>
      channel.tell({ do: "showCode", runId: runs[i]?.id ?? "", id }),
    );
    const other = changed || (cell.is === "absent" && cells[0]?.is !== "absent");
    const quiet = cell.is === "same" || cell.is === "base" ? "note" : null;
    return element("td", { class: other ? "other" : quiet, title }, shown);
  });
}

function codeCell(cell: CodeCell, name: string, strings: CompareStrings, show: () => void): Child {
  const words = codeWords(cell, strings);
  if (cell.is !== "changed" || cell.lines === null) return words;
  const { added, removed } = cell.lines;
  const title = fill(strings.showChange, visible(name), added, removed);
  const made = link(words, show, title);
  made.setAttribute("aria-label", `${words}: ${title}`);
  return made;
}
