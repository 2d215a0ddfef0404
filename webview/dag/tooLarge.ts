/** Graphs that nobody should get to see by accident: laying them out and painting them takes seconds and much memory. */
import type { DagState, DagStrings } from "../../src/panels/dag/messages";
import type { NoticeAction } from "./notice";
import type { Scene } from "./scene";
import type { ViewState } from "./viewState";

const MOST_NODES = 25_000;
const MOST_EDGES = 75_000;

export function isTooLarge({ nodes, edges }: Scene): boolean {
  return nodes.length > MOST_NODES || edges.length > MOST_EDGES;
}

export interface WaysOutHost {
  change(part: Partial<ViewState>): void;
  anyway(): void;
}

/** What makes it smaller, as far as that isn't done already, and the whole for those who want it. */
export function waysOut(
  strings: DagStrings,
  view: ViewState,
  { artifacts, run }: DagState,
  host: WaysOutHost,
): readonly NoticeAction[] {
  const ways: NoticeAction[] = [];
  const way = (label: string, part: Partial<ViewState>): void => {
    ways.push({ label, act: () => host.change(part) });
  };
  if (view.grouping === "none") way(strings.groupByModule, { grouping: "module", opened: [] });
  if (!view.fold) way(strings.fold, { fold: true, opened: [] });
  if (view.artifacts && artifacts.length > 0) way(strings.hideArtifacts, { artifacts: false });
  if (run !== null) way(strings.showTimeline, { tab: "timeline" });
  return [...ways, { label: strings.drawAnyway, act: () => host.anyway() }];
}
