/**
 * Draws a laid out graph as SVG, and exports it. Elements are made anew when the
 * layout changes; marks (selection, path, search) only change classes.
 */
import { roundedPath, type Box, type Layout } from '../graph/layout.ts';
import type { Graph, GraphEdge, GraphNode, Path } from '../graph/model.ts';

const ns = 'http://www.w3.org/2000/svg';

/** The looks of the graph. Colours are the theme's; an exported file gets their values. */
const css = `
.scene { font-family: var(--vscode-font-family, sans-serif); }
.edge { fill: none; stroke: var(--vscode-descriptionForeground); stroke-opacity: .62; stroke-width: 1.4; }
.edge.dead, .edge.uncertain { stroke-dasharray: 5 4; }
.edge.dead { stroke-opacity: .45; }
.hit { fill: none; stroke: transparent; stroke-width: 12; }
.arrow { fill: var(--vscode-descriptionForeground); fill-opacity: .8; }
.box { fill: var(--vscode-editorWidget-background); stroke-width: 1.4; }
.service .box { stroke: var(--vscode-charts-blue); }
.program .box { stroke: var(--vscode-charts-blue); stroke-dasharray: 5 3; }
.topic .box { stroke: var(--vscode-symbolIcon-eventForeground, #ee9d28); }
.deadLetter .box { stroke: var(--vscode-descriptionForeground); stroke-dasharray: 3 3; }
.tint { stroke: none; opacity: .13; }
.service .tint, .program .tint { fill: var(--vscode-charts-blue); }
.topic .tint { fill: var(--vscode-symbolIcon-eventForeground, #ee9d28); }
.deadLetter .tint { fill: var(--vscode-descriptionForeground); }
.icon { fill: none; stroke-width: 1.2; stroke-linecap: round; stroke-linejoin: round; }
.service .icon, .program .icon { stroke: var(--vscode-charts-blue); }
.topic .icon { stroke: var(--vscode-symbolIcon-eventForeground, #ee9d28); }
.deadLetter .icon { stroke: var(--vscode-descriptionForeground); }
.label { fill: var(--vscode-foreground); font-size: 13px; font-weight: 600; dominant-baseline: central; }
.note { fill: var(--vscode-descriptionForeground); font-size: 11px; dominant-baseline: central; }
.badge rect { fill: var(--vscode-badge-background); }
.badge text { fill: var(--vscode-badge-foreground); font-size: 10px; font-weight: 600; text-anchor: middle; dominant-baseline: central; }
.mark { stroke: var(--vscode-editorWidget-background); stroke-width: 2; }
.mark.s1 { fill: var(--vscode-editorError-foreground); }
.mark.s2 { fill: var(--vscode-editorWarning-foreground); }
.mark.s3, .mark.s4 { fill: var(--vscode-editorInfo-foreground); }
`;

/** Marks that only make sense while somebody looks. */
const live = `
.node { cursor: pointer; outline: none; }
.edge-group { cursor: pointer; }
.edge-group:hover .edge { stroke: var(--vscode-focusBorder); stroke-opacity: 1; stroke-width: 2.2; }
.node:hover .tint { opacity: .24; }
.marked .node, .marked .edge-group { opacity: .17; }
.marked .node.on, .marked .edge-group.on { opacity: 1; }
.edge-group.on .edge { stroke-width: 2; stroke-opacity: 1; stroke: var(--vscode-charts-blue); }
.edge-group.on .arrow { fill: var(--vscode-charts-blue); fill-opacity: 1; }
.node.found .box { stroke: var(--vscode-editor-findMatchHighlightBorder, var(--vscode-charts-yellow)); stroke-width: 3; }
.node.selected .box { stroke: var(--vscode-focusBorder); stroke-width: 3; }
.node.other .box { stroke: var(--vscode-charts-purple); stroke-width: 3; }
.node.fresh .box { animation: fresh 2.4s ease-out; }
@keyframes fresh { from { stroke-width: 9; stroke: var(--vscode-charts-green); } }
.far .note, .far .icon, .far .badge { display: none; }
.farther .label, .farther .mark, .farther .arrow { display: none; }
.farther .tint { opacity: .5; }
.farther .edge { stroke-width: 2.5; }
@media (prefers-reduced-motion: reduce) { .node.fresh .box { animation: none; } }
`;

const icons: Record<GraphNode['kind'], string> = {
  service: 'M1 2.5h12v4H1zM1 8.5h12v4H1zM3.5 4.5h.01M3.5 10.5h.01',
  program: 'M1 2h12v10H1zM3.5 5l2 2-2 2M7.5 9.5h3',
  topic: 'M1 3h8a4 4 0 0 1 0 8H1M1 7h7M5.5 4.6 8 7 5.5 9.4',
  deadLetter: 'M1 3h12v8H1zM1 3.5 7 8l6-4.5',
};

const padding = { x: 12, icon: 14, gap: 8 } as const;

/** What fits into a node's box, and how large the box is. */
export class Metrics {
  readonly #context = document.createElement('canvas').getContext('2d');
  readonly #family: string;
  readonly #known = new Map<string, number>();

  constructor() {
    this.#family = getComputedStyle(document.body).fontFamily;
  }

  size(n: GraphNode): { width: number; height: number } {
    const text = Math.max(this.#width(this.clip(n.label, 46), 13, 600), this.#width(this.clip(n.note, 46), 11, 400));
    const badge = n.folded.length > 0 ? 30 : 0;
    return { width: Math.ceil(padding.x * 2 + padding.icon + padding.gap + text + badge), height: n.note ? 46 : 34 };
  }

  clip(text: string, max: number): string {
    return text.length <= max ? text : `${text.slice(0, max / 2)}…${text.slice(-max / 2 + 1)}`;
  }

  #width(text: string, size: number, weight: number): number {
    if (text === '' || !this.#context) return 0;
    const font = `${weight} ${size}px ${this.#family}`;
    const key = font + text;
    let w = this.#known.get(key);
    if (w === undefined) {
      this.#context.font = font;
      w = this.#context.measureText(text).width;
      this.#known.set(key, w);
    }
    return w;
  }
}

function make<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number>,
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const e = document.createElementNS(ns, tag);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, String(v));
  e.append(...children);
  return e;
}

export interface View {
  x: number;
  y: number;
  scale: number;
}

export class Scene {
  readonly svg: SVGSVGElement;
  readonly #root: SVGGElement;
  readonly #metrics: Metrics;
  readonly #nodes = new Map<string, SVGGElement>();
  readonly #edges = new Map<string, SVGGElement>();
  #items: { readonly element: SVGGElement; readonly box: Box; hidden: boolean }[] = [];
  #size = { width: 0, height: 0 };
  #layout: Layout = { width: 0, height: 0, nodes: new Map(), edges: new Map() };
  view: View = { x: 0, y: 0, scale: 1 };
  /** Whether the view shows everything, and nobody has moved it since. */
  fitted = false;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
    this.#root = make('g', { class: 'scene' });
    this.svg = make('svg', { role: 'group', 'aria-label': 'Topology graph' }, this.#root);
    const sheet = new CSSStyleSheet(); // the page's policy allows no style elements
    sheet.replaceSync(css + live);
    document.adoptedStyleSheets.push(sheet);
  }

  get layout(): Layout {
    return this.#layout;
  }

  /** Draws; what was not there before lights up, if it is to. */
  draw(graph: Graph, layout: Layout, lightUp = false): void {
    const before = lightUp && this.#nodes.size > 0 ? new Set(this.#nodes.keys()) : undefined;
    this.#layout = layout;
    this.#nodes.clear();
    this.#edges.clear();
    this.#items = [];
    this.#size = this.svg.getBoundingClientRect();
    const edges = make('g', {});
    const nodes = make('g', {});
    const byId = new Map(graph.nodes.map((n) => [n.id, n]));
    for (const e of graph.edges) {
      const points = layout.edges.get(e.id);
      if (!points || points.length < 2) continue;
      const g = this.#edge(e, roundedPath(points), points, byId);
      this.#edges.set(e.id, g);
      this.#items.push({ element: g, box: around(points), hidden: false });
      edges.append(g);
    }
    for (const n of graph.nodes) {
      const box = layout.nodes.get(n.id);
      if (!box) continue;
      const g = this.#node(n, box);
      if (before && !before.has(n.id)) g.classList.add('fresh');
      this.#nodes.set(n.id, g);
      this.#items.push({ element: g, box, hidden: false });
      nodes.append(g);
    }
    this.#root.replaceChildren(edges, nodes);
    this.show();
  }

  /** What a node's looks say (findings, notes) may have changed without its place. */
  mark(selected: string | undefined, other: string | undefined, path: Path | undefined, found: ReadonlySet<string>): void {
    this.#root.classList.toggle('marked', path !== undefined);
    for (const [id, g] of this.#nodes) {
      g.classList.toggle('on', path?.nodes.has(id) ?? false);
      g.classList.toggle('selected', id === selected);
      g.classList.toggle('other', id === other);
      g.classList.toggle('found', found.has(id));
      g.setAttribute('aria-selected', String(id === selected));
    }
    for (const [id, g] of this.#edges) g.classList.toggle('on', path?.edges.has(id) ?? false);
  }

  show(): void {
    const { x, y, scale } = this.view;
    this.#root.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
    this.#root.classList.toggle('far', scale < 0.45);
    this.#root.classList.toggle('farther', scale < 0.16);
    this.#cull();
  }

  /** Takes what is out of sight out of the page: most of a large graph, when one is near. */
  #cull(): void {
    const { width, height } = this.#size;
    if (width === 0) return;
    const { x, y, scale } = this.view;
    const margin = 60;
    const [left, top] = [-x / scale - margin, -y / scale - margin];
    const [right, bottom] = [left + width / scale + 2 * margin, top + height / scale + 2 * margin];
    for (const item of this.#items) {
      const { x: a, y: b, width: w, height: h } = item.box;
      const hidden = a + w < left || a > right || b + h < top || b > bottom;
      if (hidden !== item.hidden) {
        item.hidden = hidden;
        item.element.style.display = hidden ? 'none' : '';
      }
    }
  }

  /** The place that it is drawn in has another size. */
  resized(): void {
    this.#size = this.svg.getBoundingClientRect();
    this.#cull();
  }

  zoom(by: number, at: { x: number; y: number }): void {
    this.fitted = false;
    const scale = Math.min(4, Math.max(0.02, this.view.scale * by));
    const k = scale / this.view.scale;
    this.view = { scale, x: at.x - (at.x - this.view.x) * k, y: at.y - (at.y - this.view.y) * k };
    this.show();
  }

  /** Makes everything visible, no larger than life by much; and keeps it so until somebody moves. */
  fit(): void {
    this.fitted = true;
    const { width, height } = this.svg.getBoundingClientRect();
    const { width: w, height: h } = this.#layout;
    if (w === 0 || h === 0 || width === 0) return;
    const scale = Math.min(1.25, width / w, height / h);
    this.view = { scale, x: (width - w * scale) / 2, y: (height - h * scale) / 2 };
    this.show();
  }

  /** Brings a node into view; into the middle, if it is not in it or is to be. */
  reveal(id: string, middle = false): void {
    const box = this.#layout.nodes.get(id);
    if (!box) return;
    const { width, height } = this.svg.getBoundingClientRect();
    if (this.view.scale < 0.4) {
      this.view.scale = 0.9;
      this.fitted = false;
    }
    const { scale } = this.view;
    if (middle) this.fitted = false;
    const x = this.view.x + box.x * scale;
    const y = this.view.y + box.y * scale;
    const inside = x > 8 && y > 8 && x + box.width * scale < width - 8 && y + box.height * scale < height - 8;
    if (!inside || middle) {
      this.fitted = false;
      this.view.x = width / 2 - (box.x + box.width / 2) * scale;
      this.view.y = height / 2 - (box.y + box.height / 2) * scale;
    }
    this.show();
  }

  #edge(e: GraphEdge, d: string, points: readonly { x: number; y: number }[], byId: ReadonlyMap<string, GraphNode>): SVGGElement {
    const kind = ['edge', e.deadLetter ? 'dead' : '', e.uncertain ? 'uncertain' : ''].filter(Boolean).join(' ');
    const title = `${byId.get(e.from)?.label ?? ''} → ${byId.get(e.to)?.label ?? ''}`;
    return make(
      'g',
      { class: 'edge-group', 'data-edge': e.id },
      make('title', {}, title),
      make('path', { class: kind, d }),
      make('path', { class: 'arrow', d: arrow(points) }),
      make('path', { class: 'hit', d }),
    );
  }

  #node(n: GraphNode, box: Box): SVGGElement {
    const { width, height } = box;
    const radius = n.kind === 'topic' || n.kind === 'deadLetter' ? height / 2 : 6;
    const shape = { width, height, rx: radius };
    const left = padding.x + padding.icon + padding.gap;
    const middle = n.note ? height / 2 - 8 : height / 2;
    const g = make(
      'g',
      {
        class: `node ${n.kind}`,
        transform: `translate(${box.x} ${box.y})`,
        'data-node': n.id,
        role: 'button',
        'aria-label': `${n.kind === 'deadLetter' ? 'dead-letter topic' : n.kind} ${n.label}`,
      },
      make('title', {}, [n.label, n.note, ...n.findings.map((f) => `⚠ ${f.message}`)].filter(Boolean).join('\n')),
      make('rect', { ...shape, class: 'box' }),
      make('rect', { ...shape, class: 'tint' }),
      make('path', { class: 'icon', d: icons[n.kind], transform: `translate(${padding.x} ${height / 2 - 7})` }),
      make('text', { class: 'label', x: left, y: middle }, this.#metrics.clip(n.label, 46)),
    );
    if (n.note) g.append(make('text', { class: 'note', x: left, y: height / 2 + 9 }, this.#metrics.clip(n.note, 46)));
    if (n.folded.length > 0) {
      g.append(
        make(
          'g',
          { class: 'badge', transform: `translate(${width - 34} ${height / 2 - 8})` },
          make('title', {}, `dead letters: ${n.folded.join(', ')}`),
          make('rect', { width: 24, height: 16, rx: 8 }),
          make('text', { x: 12, y: 8.5 }, `✉${n.folded.length > 1 ? n.folded.length : ''}`),
        ),
      );
    }
    if (n.severity !== undefined && n.severity <= 3)
      g.append(make('circle', { class: `mark s${n.severity}`, cx: width - 5, cy: 5, r: 5.5 }));
    return g;
  }

  /** The whole graph as a file of its own: no marks, the theme's colours as values. */
  export(): { text: string; width: number; height: number } {
    const { width, height } = this.#layout;
    const computed = getComputedStyle(document.documentElement);
    const value = (text: string): string =>
      text.replace(/var\((--[\w-]+)(?:,\s*((?:[^()]|\([^()]*\))*))?\)/g, (_, name: string, fallback: string | undefined) => {
        const v = computed.getPropertyValue(name).trim();
        return v || (fallback ? value(fallback) : 'currentColor');
      });
    const root = this.#root.cloneNode(true) as SVGGElement;
    root.removeAttribute('transform');
    root.setAttribute('class', 'scene');
    for (const e of root.querySelectorAll('[data-node],[data-edge]')) {
      if (e instanceof SVGElement) e.style.removeProperty('display');
      e.classList.remove('on', 'selected', 'other', 'found', 'fresh');
      for (const a of ['data-node', 'data-edge', 'role', 'aria-label', 'aria-selected']) e.removeAttribute(a);
    }
    root.querySelectorAll('.hit').forEach((e) => e.remove());
    const svg = make(
      'svg',
      { width, height, viewBox: `0 0 ${width} ${height}` },
      make('style', {}, value(css)),
      make('rect', { width: '100%', height: '100%', fill: value('var(--vscode-editor-background)') }),
      root,
    );
    return { text: new XMLSerializer().serializeToString(svg), width, height };
  }
}

/** The box that some points are in. */
function around(points: readonly { x: number; y: number }[]): Box {
  const [xs, ys] = [points.map((p) => p.x), points.map((p) => p.y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** A triangle at the end of a line. */
function arrow(points: readonly { x: number; y: number }[]): string {
  const [a, b] = [points.at(-2), points.at(-1)];
  if (!a || !b) return '';
  const d = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const [ux, uy] = [(b.x - a.x) / d, (b.y - a.y) / d];
  const [length, half] = [8, 4];
  const [bx, by] = [b.x - ux * length, b.y - uy * length];
  return `M${b.x} ${b.y}L${bx - uy * half} ${by + ux * half}L${bx + uy * half} ${by - ux * half}Z`;
}

/** A drawing as a PNG, twice as fine as on the screen as far as canvases are that large. */
export async function png(drawing: { text: string; width: number; height: number }): Promise<string> {
  const scale = Math.min(2, 16000 / drawing.width, 16000 / drawing.height);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing.text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(drawing.width * scale);
  canvas.height = Math.ceil(drawing.height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}
