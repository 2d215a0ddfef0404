/** What the menu of the toolbar offers: everything about the drawing, also in a column too narrow for its buttons. */
import { fill } from "../../src/panels/messages";
import type { DagState, DagStrings } from "../../src/panels/dag/messages";
import type { Grouping } from "./groups";
import { statusWord } from "./look";
import type { MenuItem, MenuSection } from "./menu";
import type { Export, Switch } from "./toolbar";
import type { ViewState } from "./viewState";

/** Runs that may be compared with from the menu; the toolbar's list has all. */
const COMPARED = 8;

export interface ViewMenuHost {
  toggled(which: Switch): void;
  turn(): void;
  expandAll(): void;
  group(grouping: Grouping): void;
  hide(what: string, hidden: boolean): void;
  compare(runId: string | null): void;
  export(what: Export): void;
}

export function viewMenu(
  strings: DagStrings,
  state: DagState,
  view: ViewState,
  host: ViewMenuHost,
): readonly MenuSection[] {
  const toggle = (which: Switch, label: string): MenuItem => ({
    label,
    checked: view[which],
    choose: () => host.toggled(which),
  });
  const act = (label: string, choose: () => void): MenuItem => ({ label, checked: null, choose });
  const group = (grouping: Grouping, label: string): MenuItem => ({
    label,
    checked: view.grouping === grouping,
    choose: () => host.group(grouping),
  });
  const shown = (what: string, label: string): MenuItem => {
    const hidden = view.hidden.includes(what);
    return { label, checked: !hidden, choose: () => host.hide(what, !hidden) };
  };
  const statuses = new Set([...state.steps.map((step) => step.status), ...view.hidden.filter(isStatus)]);
  const kinds = new Set(state.edges.map((edge) => edge.kind));
  return [
    {
      title: strings.layout,
      single: false,
      items: [
        toggle("artifacts", strings.artifacts),
        toggle("fold", strings.fold),
        toggle("critical", strings.critical),
        toggle("minimap", strings.minimap),
        toggle("wrap", strings.wrap),
        act(strings.orientation, () => host.turn()),
        act(strings.expandAll, () => host.expandAll()),
      ],
    },
    {
      title: strings.groups,
      single: true,
      items: [
        group("none", strings.groupNone),
        group("module", strings.groupModule),
        group("prefix", strings.groupPrefix),
      ],
    },
    {
      title: strings.filterEdges,
      single: false,
      items: kinds.size < 2 ? [] : [shown("data", strings.dataEdges), shown("after", strings.orderEdges)],
    },
    {
      title: strings.filterStatus,
      single: false,
      items:
        statuses.size < 2
          ? []
          : [...statuses].map((status) => shown(status, statusWord(strings, status as Status))),
    },
    { title: strings.compareWith, single: true, items: compared(strings, state, host) },
    {
      title: strings.export,
      single: false,
      items: [
        act(strings.exportSvg, () => host.export("svg")),
        act(strings.exportPng, () => host.export("png")),
        act(strings.copyMermaid, () => host.export("mermaid")),
        act(strings.copyDot, () => host.export("dot")),
        act(strings.copyJson, () => host.export("json")),
      ],
    },
  ];
}

type Status = Parameters<typeof statusWord>[1];

function isStatus(hidden: string): boolean {
  return hidden !== "data" && hidden !== "after";
}

function compared(strings: DagStrings, state: DagState, host: ViewMenuHost): readonly MenuItem[] {
  const others = state.runs.filter((run) => run.id !== state.run?.id).slice(0, COMPARED);
  if (state.run === null || others.length === 0) return [];
  const chosen = state.comparison?.run.id ?? null;
  return [
    { label: strings.noComparison, checked: chosen === null, choose: () => host.compare(null) },
    ...others.map((run) => ({
      label: fill(strings.runLabel, run.index, statusWord(strings, run.status)),
      checked: chosen === run.id,
      choose: () => host.compare(run.id),
    })),
  ];
}
