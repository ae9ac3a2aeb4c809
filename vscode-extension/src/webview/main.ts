/**
 * The graph's page: takes the topology from the extension, lets the layouter place
 * it and the scene draw it, and answers mouse and keyboard. It keeps what people
 * chose (selection, filter, view) while the topology changes under it, and over reloads.
 */
import { mermaid } from '../graph/mermaid.ts';
import type { FromGraph, ToGraph } from '../graph/messages.ts';
import {
  around,
  between,
  buildGraph,
  only,
  search,
  shape,
  through,
  topicId,
  type Graph,
  type GraphNode,
  type Path,
} from '../graph/model.ts';
import type { Topology } from '../protocol.ts';
import { Details } from './details.ts';
import { Layouter } from './elk.ts';
import { Metrics, png, Scene, type View } from './scene.ts';

interface Chosen {
  fold: boolean;
  filter: boolean;
  query: string;
  selected?: string | undefined;
  focus?: string | undefined;
  view?: View | undefined;
}

interface VsCode {
  postMessage(message: FromGraph): void;
  getState(): Chosen | undefined;
  setState(state: Chosen): void;
}

declare function acquireVsCodeApi(): VsCode;

const vscode = acquireVsCodeApi();

function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const e = document.getElementById(id);
  if (!(e instanceof type)) throw new Error(`no ${id}`);
  return e;
}

const canvas = byId('canvas', HTMLElement);
const note = byId('note', HTMLElement);
const noteText = byId('note-text', HTMLElement);
const find = byId('find', HTMLInputElement);
const hits = byId('hits', HTMLOutputElement);
const environment = byId('environment', HTMLSelectElement);
const counts = byId('counts', HTMLElement);
const menu = byId('export-menu', HTMLElement);
const buttons = {
  filter: byId('filter', HTMLButtonElement),
  focus: byId('focus', HTMLButtonElement),
  fold: byId('fold', HTMLButtonElement),
  fit: byId('fit', HTMLButtonElement),
  larger: byId('larger', HTMLButtonElement),
  smaller: byId('smaller', HTMLButtonElement),
  export: byId('export', HTMLButtonElement),
};

const chosen: Chosen = vscode.getState() ?? { fold: true, filter: false, query: '' };
const metrics = new Metrics();
const scene = new Scene(metrics);
const layouter = new Layouter(document.body.dataset.worker ?? '');
const details = new Details(byId('details', HTMLElement), {
  open: (location, beside) => vscode.postMessage({ type: 'open', location, beside }),
  select: (id) => select(id, true),
  close: () => select(undefined),
});
canvas.prepend(scene.svg);
find.value = chosen.query;

let topology: Topology | undefined;
let whole: Graph = { nodes: [], edges: [] };
let graph: Graph = whole; // what is shown of it
let drawn = ''; // the shape that was laid out
let found = new Set<string>();
let hit = -1;
let path: Path | undefined;
let other: string | undefined; // the second node of a path
let wanted: string | undefined; // a node to show as soon as there is one
let lightUp = false; // what the next drawing has more than the last
let drawing = Promise.resolve();

function remember(): void {
  chosen.view = scene.fitted ? undefined : { ...scene.view };
  vscode.setState(chosen);
}

/* What is shown */

function update(): void {
  if (!topology) return;
  whole = buildGraph(topology, { foldDeadLetters: chosen.fold });
  graph = whole;
  if (chosen.focus !== undefined && whole.nodes.some((n) => n.id === chosen.focus)) graph = only(graph, through(whole, chosen.focus).nodes);
  else chosen.focus = undefined;
  found = search(graph, chosen.query);
  if (chosen.filter && found.size > 0) graph = around(graph, found);
  if (chosen.selected !== undefined && !graph.nodes.some((n) => n.id === chosen.selected)) chosen.selected = other = path = undefined;
  buttons.fold.setAttribute('aria-pressed', String(chosen.fold));
  buttons.filter.setAttribute('aria-pressed', String(chosen.filter));
  buttons.focus.setAttribute('aria-pressed', String(chosen.focus !== undefined));
  buttons.focus.disabled = chosen.focus === undefined && chosen.selected === undefined;
  environments();
  drawing = drawing.then(draw).catch((err: unknown) => {
    say(`The graph can't be drawn: ${String(err)}`);
    vscode.postMessage({ type: 'failed', message: String(err) });
  });
}

async function draw(): Promise<void> {
  const of = graph;
  const now = shape(of);
  if (now === drawn) {
    scene.draw(of, scene.layout); // places and findings may be others
  } else {
    const first = drawn === '';
    if (of.nodes.length > 150) say('Laying out the graph…', true);
    const layout = await layouter.layout(of, (n) => metrics.size(n));
    if (of !== graph) return; // it changed meanwhile; the next in the queue draws it
    scene.draw(of, layout, lightUp);
    lightUp = false;
    drawn = now;
    if (first && chosen.view) scene.view = chosen.view;
    else if (first || scene.fitted || !visible()) scene.fit();
    scene.show();
  }
  say(of.nodes.length > 0 ? '' : empty());
  const topics = of.nodes.filter((n) => n.kind === 'topic' || n.kind === 'deadLetter').length;
  counts.textContent = `${of.nodes.length - topics} services · ${topics} topics`;
  const want = wanted === undefined ? undefined : standing(of, wanted);
  if (want !== undefined) {
    wanted = undefined;
    select(want, true);
  } else {
    marks();
  }
  document.body.dataset.drawn = String(Number(document.body.dataset.drawn ?? '0') + 1);
}

/** The node of a graph that stands for one: itself, or the topic that it is folded into. */
function standing(g: Graph, id: string): string | undefined {
  return g.nodes.find((n) => n.id === id || n.folded.some((name) => topicId(n.folder, name) === id))?.id;
}

function visible(): boolean {
  const { width, height } = canvas.getBoundingClientRect();
  const { x, y, scale } = scene.view;
  return [...scene.layout.nodes.values()].some((b) => {
    const [left, top] = [x + b.x * scale, y + b.y * scale];
    return left > -b.width * scale && left < width && top > -b.height * scale && top < height;
  });
}

function empty(): string {
  if (topology?.folders.some((f) => f.unknown.length > 0))
    return 'No topic is known in this workspace. The Topics view lists the places and says why.';
  return 'There are no topics in this workspace.';
}

function say(text: string, busy = false): void {
  note.hidden = text === '';
  noteText.textContent = text;
  note.classList.toggle('busy', busy);
}

function environments(): void {
  const all = topology?.folders.flatMap((f) => f.environments.map((e) => ({ folder: f, e }))) ?? [];
  environment.hidden = all.length < 2;
  const several = (topology?.folders.length ?? 0) > 1;
  environment.replaceChildren(
    ...all.map(({ folder, e }) => {
      const option = document.createElement('option');
      option.value = JSON.stringify([folder.uri, e.id]);
      option.textContent = several ? `${folder.name}: ${e.id}` : e.id;
      option.selected = e.chosen;
      return option;
    }),
  );
}

/* Selection, path, search */

function marks(): void {
  const node = graph.nodes.find((n) => n.id === chosen.selected);
  path = node ? (other !== undefined ? between(graph, node.id, other) : through(graph, node.id)) : undefined;
  scene.mark(chosen.selected, other, path, found);
  hits.value = chosen.query === '' ? '' : found.size === 0 ? 'none' : hit >= 0 ? `${hit + 1} of ${found.size}` : String(found.size);
  if (node && topology) details.node(topology, graph, node);
  else details.hide();
  buttons.focus.disabled = chosen.focus === undefined && !node;
}

function select(id: string | undefined, show = false): void {
  chosen.selected = id;
  other = undefined;
  marks();
  if (id !== undefined && show) scene.reveal(id);
  remember();
}

function selectEdge(id: string): void {
  const e = graph.edges.find((x) => x.id === id);
  if (!e || !topology) return;
  chosen.selected = other = undefined;
  scene.mark(undefined, undefined, { nodes: new Set([e.from, e.to]), edges: new Set([e.id]) }, found);
  details.edge(topology, graph, e);
}

function open(n: GraphNode | undefined, beside: boolean): void {
  if (n?.at) vscode.postMessage({ type: 'open', location: n.at, beside });
}

function nextHit(step: 1 | -1): void {
  const order = [...graph.nodes].filter((n) => found.has(n.id)).map((n) => n.id);
  if (order.length === 0) return;
  hit = (hit + step + order.length) % order.length;
  const id = order[hit];
  if (id !== undefined) {
    select(id);
    scene.reveal(id, true);
    remember();
  }
}

find.addEventListener('input', () => {
  chosen.query = find.value.trim();
  hit = -1;
  if (chosen.filter) {
    update();
  } else {
    found = search(graph, chosen.query);
    marks();
  }
  remember();
});
find.addEventListener('keydown', (e) => {
  if (e.key === 'Enter') nextHit(e.shiftKey ? -1 : 1);
  else if (e.key === 'Escape') {
    find.value = chosen.query = '';
    update();
    canvas.focus();
  } else if (e.key === 'ArrowDown') canvas.focus();
  else return;
  e.preventDefault();
});

/* Buttons */

const toggle = {
  filter: () => {
    chosen.filter = !chosen.filter;
    drawn = '';
    chosen.view = undefined;
    if (chosen.filter && chosen.query === '') find.focus();
    update();
  },
  focus: () => {
    chosen.focus = chosen.focus === undefined ? chosen.selected : undefined;
    drawn = '';
    chosen.view = undefined;
    update();
  },
  fold: () => {
    chosen.fold = !chosen.fold;
    drawn = '';
    chosen.view = undefined;
    update();
  },
};
buttons.filter.onclick = toggle.filter;
buttons.focus.onclick = toggle.focus;
buttons.fold.onclick = toggle.fold;
buttons.fit.onclick = () => {
  scene.fit();
  remember();
};
const zoomBy = (by: number): void => {
  const { width, height } = canvas.getBoundingClientRect();
  scene.zoom(by, { x: width / 2, y: height / 2 });
  remember();
};
buttons.larger.onclick = () => zoomBy(1.25);
buttons.smaller.onclick = () => zoomBy(0.8);
environment.onchange = () => {
  const [folder, id] = JSON.parse(environment.value) as [string, string];
  vscode.postMessage({ type: 'environment', folder, id });
};

function showMenu(shown: boolean): void {
  menu.hidden = !shown;
  buttons.export.setAttribute('aria-expanded', String(shown));
  if (shown) menu.querySelector('button')?.focus();
}
buttons.export.onclick = () => showMenu(menu.hidden);
menu.addEventListener('click', (e) => {
  const format = e.target instanceof HTMLElement ? e.target.dataset.format : undefined;
  showMenu(false);
  if (format === 'svg') vscode.postMessage({ type: 'save', format, data: scene.export().text });
  else if (format === 'mermaid') vscode.postMessage({ type: 'save', format, data: mermaid(graph) });
  else if (format === 'png')
    png(scene.export()).then(
      (data) => vscode.postMessage({ type: 'save', format, data }),
      (err: unknown) => vscode.postMessage({ type: 'failed', message: `PNG: ${String(err)}` }),
    );
});
menu.addEventListener('keydown', (e) => {
  const items = [...menu.querySelectorAll('button')];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  if (e.key === 'Escape') {
    showMenu(false);
    buttons.export.focus();
  } else if (e.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
  else if (e.key === 'ArrowUp') items[(at - 1 + items.length) % items.length]?.focus();
  else return;
  e.preventDefault();
  e.stopPropagation();
});
document.addEventListener('pointerdown', (e) => {
  if (!(e.target instanceof Element && e.target.closest('.menu'))) showMenu(false);
});

/* Mouse */

const nodeAt = (target: EventTarget | null): string | undefined =>
  target instanceof Element ? target.closest<SVGElement>('[data-node]')?.dataset.node : undefined;
const edgeAt = (target: EventTarget | null): string | undefined =>
  target instanceof Element ? target.closest<SVGElement>('[data-edge]')?.dataset.edge : undefined;

let drag: { x: number; y: number; view: View; moved: boolean; target: EventTarget | null } | undefined;
canvas.addEventListener('pointerdown', (e) => {
  if (e.button !== 0) return;
  drag = { x: e.clientX, y: e.clientY, view: { ...scene.view }, moved: false, target: e.target };
  canvas.classList.remove('keys');
  canvas.focus({ preventScroll: true });
});
window.addEventListener('pointermove', (e) => {
  if (!drag) return;
  const [dx, dy] = [e.clientX - drag.x, e.clientY - drag.y];
  if (!drag.moved && Math.hypot(dx, dy) < 4) return;
  drag.moved = true;
  canvas.classList.add('dragging');
  scene.fitted = false;
  scene.view = { ...drag.view, x: drag.view.x + dx, y: drag.view.y + dy };
  scene.show();
});
window.addEventListener('pointerup', (e) => {
  const was = drag;
  drag = undefined;
  canvas.classList.remove('dragging');
  if (!was) return;
  if (was.moved) {
    remember();
    return;
  }
  const node = nodeAt(was.target);
  const edge = edgeAt(was.target);
  if (node !== undefined && e.shiftKey && chosen.selected !== undefined && chosen.selected !== node) {
    other = node;
    marks();
  } else if (node !== undefined) {
    select(node);
    if (e.ctrlKey || e.metaKey)
      open(
        graph.nodes.find((n) => n.id === node),
        true,
      );
  } else if (edge !== undefined) selectEdge(edge);
  else select(undefined);
});
canvas.addEventListener('dblclick', (e) => {
  const node = nodeAt(e.target);
  if (node !== undefined)
    open(
      graph.nodes.find((n) => n.id === node),
      false,
    );
});
canvas.addEventListener(
  'wheel',
  (e) => {
    e.preventDefault();
    const box = canvas.getBoundingClientRect();
    if (e.ctrlKey || e.metaKey || !e.shiftKey)
      scene.zoom(Math.exp(-e.deltaY * (e.ctrlKey ? 0.01 : 0.0016)), { x: e.clientX - box.x, y: e.clientY - box.y });
    else {
      scene.fitted = false;
      scene.view.x -= e.deltaX || e.deltaY;
      scene.show();
    }
    remember();
  },
  { passive: false },
);

/* Keyboard */

/** The node that an arrow key leads to: along an edge, or the nearest in that direction. */
function neighbour(key: string): string | undefined {
  const at = chosen.selected;
  const from = at === undefined ? undefined : scene.layout.nodes.get(at);
  if (at === undefined || !from)
    return graph.nodes.toSorted((a, b) => (scene.layout.nodes.get(a.id)?.x ?? 0) - (scene.layout.nodes.get(b.id)?.x ?? 0))[0]?.id;
  const middle = { x: from.x + from.width / 2, y: from.y + from.height / 2 };
  const linked = new Set(
    key === 'ArrowRight'
      ? graph.edges.filter((e) => e.from === at).map((e) => e.to)
      : key === 'ArrowLeft'
        ? graph.edges.filter((e) => e.to === at).map((e) => e.from)
        : [],
  );
  const sideways = key === 'ArrowLeft' || key === 'ArrowRight';
  const sign = key === 'ArrowRight' || key === 'ArrowDown' ? 1 : -1;
  let best: string | undefined;
  let least = Infinity;
  for (const [id, b] of scene.layout.nodes) {
    if (id === at || (linked.size > 0 && !linked.has(id))) continue;
    const dx = b.x + b.width / 2 - middle.x;
    const dy = b.y + b.height / 2 - middle.y;
    const along = (sideways ? dx : dy) * sign;
    if (along <= 1 && linked.size === 0) continue;
    const cost = linked.size > 0 ? Math.hypot(dx, dy) : along + Math.abs(sideways ? dy : dx) * 3;
    if (cost < least) [best, least] = [id, cost];
  }
  return best;
}

canvas.addEventListener('keydown', (e) => {
  canvas.classList.add('keys');
  if (e.altKey || ((e.ctrlKey || e.metaKey) && e.key !== 'Enter')) return;
  const selected = graph.nodes.find((n) => n.id === chosen.selected);
  switch (e.key) {
    case 'ArrowLeft':
    case 'ArrowRight':
    case 'ArrowUp':
    case 'ArrowDown': {
      const id = neighbour(e.key);
      if (id !== undefined) select(id, true);
      break;
    }
    case 'Enter':
      open(selected, e.ctrlKey || e.metaKey);
      break;
    case 'Escape':
      if (chosen.selected === undefined && chosen.focus !== undefined) toggle.focus();
      select(undefined);
      break;
    case '+':
    case '=':
      zoomBy(1.25);
      break;
    case '-':
      zoomBy(0.8);
      break;
    case '0':
      scene.fit();
      remember();
      break;
    case '/':
      find.focus();
      find.select();
      break;
    case 'd':
      toggle.fold();
      break;
    case 'f':
      if (!buttons.focus.disabled) toggle.focus();
      break;
    default:
      return;
  }
  e.preventDefault();
});

/* The extension */

window.addEventListener('message', (e: MessageEvent<ToGraph>) => {
  const message = e.data;
  switch (message.type) {
    case 'topology':
      lightUp = topology !== undefined;
      topology = message.topology;
      if (!message.ready && topology.folders.length === 0) say('Topicls reads the workspace…', true);
      else update();
      break;
    case 'unavailable':
      topology = undefined;
      drawn = '';
      graph = whole = { nodes: [], edges: [] };
      scene.draw(graph, { width: 0, height: 0, nodes: new Map(), edges: new Map() });
      details.hide();
      say(message.message, message.message.endsWith('…'));
      break;
    case 'focus':
      wanted = message.node;
      if (standing(graph, wanted) === undefined) {
        chosen.filter = false;
        chosen.focus = undefined;
      }
      update();
      break;
  }
});
new ResizeObserver(() => {
  scene.resized();
  if (drawn !== '' && (scene.fitted || !visible())) scene.fit();
}).observe(canvas);
vscode.postMessage({ type: 'ready' });
