/**
 * What ELK is asked, and what its answer says: layers from left to right, in the
 * direction of messages, edges at right angles.
 */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api';
import type { Graph, GraphNode } from './model.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, Box>;
  readonly edges: ReadonlyMap<string, readonly Point[]>;
}

export type Measure = (n: GraphNode) => { width: number; height: number };

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '44',
  'elk.spacing.nodeNode': '20',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '10',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.spacing.componentComponent': '48',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
  // The same order as before wherever that crosses no more edges: an edit moves little.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.crossingMinimization.forceNodeModelOrder': 'false',
  'elk.layered.cycleBreaking.strategy': 'GREEDY',
  'elk.padding': '[top=24,left=24,bottom=24,right=24]',
};

/** Above this many edges the fine work takes longer than people wait: 500 services take two seconds without it, and ten with. */
const large = 400;
const roughly = {
  'elk.layered.thoroughness': '1',
  'elk.layered.considerModelOrder.strategy': 'NONE',
  'elk.layered.nodePlacement.strategy': 'SIMPLE',
  'elk.edgeRouting': 'POLYLINE',
};

export function toElk(graph: Graph, measure: Measure): ElkNode {
  const known = new Set(graph.nodes.map((n) => n.id));
  return {
    id: 'root',
    layoutOptions: graph.edges.length > large ? { ...options, ...roughly } : options,
    children: graph.nodes.map((n) => ({ id: n.id, ...measure(n) })),
    edges: graph.edges
      .filter((e) => known.has(e.from) && known.has(e.to))
      .map((e): ElkExtendedEdge => ({ id: e.id, sources: [e.from], targets: [e.to] })),
  };
}

export function fromElk(root: ElkNode): Layout {
  const nodes = new Map<string, Box>();
  for (const n of root.children ?? []) nodes.set(n.id, { x: n.x ?? 0, y: n.y ?? 0, width: n.width ?? 0, height: n.height ?? 0 });
  const edges = new Map<string, Point[]>();
  for (const e of root.edges ?? []) {
    const points = (e.sections ?? []).flatMap((s) => [s.startPoint, ...(s.bendPoints ?? []), s.endPoint]);
    edges.set(e.id, points);
  }
  return { width: root.width ?? 0, height: root.height ?? 0, nodes, edges };
}

/** A line through points as an SVG path, its corners rounded. */
export function roundedPath(points: readonly Point[], radius = 7): string {
  const [first] = points;
  if (!first) return '';
  let d = `M${num(first.x)} ${num(first.y)}`;
  for (let i = 1; i < points.length; i++) {
    const [a, p, b] = [points[i - 1], points[i], points[i + 1]];
    if (!a || !p) continue;
    if (!b) {
      d += `L${num(p.x)} ${num(p.y)}`;
      continue;
    }
    const r = Math.min(radius, distance(a, p) / 2, distance(p, b) / 2);
    const [s, e] = [towards(p, a, r), towards(p, b, r)];
    d += `L${num(s.x)} ${num(s.y)}Q${num(p.x)} ${num(p.y)} ${num(e.x)} ${num(e.y)}`;
  }
  return d;
}

const num = (n: number): string => String(Math.round(n * 10) / 10);
const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

function towards(from: Point, to: Point, by: number): Point {
  const d = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / d, y: from.y + ((to.y - from.y) * by) / d };
}
