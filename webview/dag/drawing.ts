/** A laid-out scene, ready to be asked: where is a node, what is in a rectangle, what lies under a point. */
import { corneredPath } from "./corners";
import { curvePath } from "./curve";
import type { NamedLayout } from "./layout/labels";
import type { Direction, PlacedNode, Point } from "./layout/types";
import type { Scene, SceneEdge, SceneNode } from "./scene";

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface DrawnNode extends PlacedNode {
  readonly node: SceneNode;
}

export interface DrawnEdge {
  readonly edge: SceneEdge;
  readonly points: readonly Point[];
  readonly back: boolean;
  readonly cornered: boolean;
  readonly box: Box;
  /** Where a label may stand. */
  readonly middle: { readonly x: number; readonly y: number };
}

export interface DrawnFrame {
  readonly id: string;
  readonly name: string;
  readonly corners: readonly Point[];
  readonly box: Box;
  /** Its upper border, on which its name stands. */
  readonly top: { readonly left: number; readonly right: number };
}

export class Drawing {
  readonly nodes: ReadonlyMap<string, DrawnNode>;
  readonly edges: readonly DrawnEdge[];
  readonly frames: readonly DrawnFrame[];
  readonly width: number;
  readonly height: number;

  constructor(
    readonly scene: Scene,
    { layout, names }: NamedLayout,
    readonly direction: Direction,
  ) {
    const byId = new Map(scene.nodes.map((node) => [node.id, node]));
    const nodes = new Map<string, DrawnNode>();
    for (const placed of layout.nodes) {
      const node = byId.get(placed.id);
      if (node !== undefined) nodes.set(placed.id, { ...placed, node });
    }
    const edgeOf = new Map(scene.edges.map((edge) => [edge.id, edge]));
    this.nodes = nodes;
    this.edges = layout.edges.flatMap(({ id, points, back, cornered }): DrawnEdge[] => {
      const edge = edgeOf.get(id);
      if (edge === undefined) return [];
      const box = boxAround(points);
      const [a, b] = [points[Math.floor((points.length - 1) / 2)], points[Math.floor(points.length / 2)]];
      const middle = names.get(id) ?? {
        x: ((a?.x ?? 0) + (b?.x ?? 0)) / 2,
        y: ((a?.y ?? 0) + (b?.y ?? 0)) / 2,
      };
      return [{ edge, back, cornered, points, box, middle }];
    });
    const nameOf = new Map(scene.frames.map((frame) => [frame.id, frame.name]));
    this.frames = layout.frames.map(({ id, corners }) => {
      const box = boxAround(corners);
      const ends = corners.flatMap(({ x, y }) => (y === box.top ? [x] : []));
      const top = { left: Math.min(...ends), right: Math.max(...ends) };
      return { id, name: nameOf.get(id) ?? "", corners, box, top };
    });
    this.width = layout.width;
    this.height = layout.height;
  }

  /** The smooth line of an edge: made when it is drawn, as most edges of a large graph never are. */
  pathOf(edge: DrawnEdge): string {
    return edge.cornered ? corneredPath(edge.points) : curvePath(edge.points, this.direction);
  }

  nodesIn(box: Box): readonly DrawnNode[] {
    const found: DrawnNode[] = [];
    for (const node of this.nodes.values()) if (overlaps(boxOf(node), box)) found.push(node);
    return found;
  }

  edgesIn(box: Box): readonly DrawnEdge[] {
    return this.edges.filter((edge) => overlaps(edge.box, box));
  }

  framesIn(box: Box): readonly DrawnFrame[] {
    return this.frames.filter((frame) => overlaps(frame.box, box));
  }

  nodeAt(x: number, y: number): DrawnNode | null {
    for (const node of this.nodes.values()) {
      if (Math.abs(node.x - x) <= node.width / 2 && Math.abs(node.y - y) <= node.height / 2) return node;
    }
    return null;
  }
}

export function boxOf(node: PlacedNode): Box {
  return {
    left: node.x - node.width / 2,
    right: node.x + node.width / 2,
    top: node.y - node.height / 2,
    bottom: node.y + node.height / 2,
  };
}

export function holds({ left, top, right, bottom }: Box, x: number, y: number): boolean {
  return x >= left && x <= right && y >= top && y <= bottom;
}

function boxAround(points: readonly Point[]): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { x, y } of points) {
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}

function overlaps(a: Box, b: Box): boolean {
  return a.left <= b.right && a.right >= b.left && a.top <= b.bottom && a.bottom >= b.top;
}
