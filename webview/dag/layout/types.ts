/** What the layout takes and gives. Pure data, so that it can cross to a worker and back. */

export type Direction = "TB" | "LR";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface LayoutNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface LayoutEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

export interface LayoutOptions {
  readonly direction: Direction;
  /** Between neighbours in one rank. */
  readonly nodeGap: number;
  /** Between one rank and the next. */
  readonly rankGap: number;
  /** Between a long edge and its neighbours in the ranks that it passes. */
  readonly edgeGap: number;
  /** Between unconnected parts. */
  readonly componentGap: number;
  /** Where nodes were before: their order is kept, so that a small change makes a small difference. */
  readonly previous: Readonly<Record<string, Point>> | null;
  /** Nodes that stand side by side with a frame around them, by the frame's id. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** What is very long and narrow goes on beside itself. */
  readonly wrap: boolean;
}

export interface LayoutInput {
  readonly nodes: readonly LayoutNode[];
  readonly edges: readonly LayoutEdge[];
  readonly options: LayoutOptions;
}

/** `x` and `y` are the node's centre. */
export interface PlacedNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rank: number;
}

export interface RoutedEdge {
  readonly id: string;
  /** From the border of `from` to the border of `to`. */
  readonly points: readonly Point[];
  /** It closes a cycle and runs against the direction of the drawing. */
  readonly back: boolean;
  /** It is led around the end of a column: its line has corners rather than curves. */
  readonly cornered: boolean;
}

/** Of a group whose parts hang together in several places there are several. */
export interface Frame {
  readonly id: string;
  readonly corners: readonly Point[];
}

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly RoutedEdge[];
  readonly frames: readonly Frame[];
  readonly width: number;
  readonly height: number;
}

export const defaultOptions: LayoutOptions = {
  direction: "TB",
  nodeGap: 24,
  rankGap: 36,
  edgeGap: 14,
  componentGap: 48,
  previous: null,
  groups: {},
  wrap: false,
};
