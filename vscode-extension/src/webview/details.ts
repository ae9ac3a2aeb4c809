/** The panel beside the graph: what is known of the selected node or edge, each line a jump. */
import type { Graph, GraphEdge, GraphNode } from '../graph/model.ts';
import type { Endpoint, Finding, FolderTopology, Location, Topology } from '../protocol.ts';

export interface Actions {
  open(at: Location, beside: boolean): void;
  select(node: string): void;
  close(): void;
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  e.append(...children);
  return e;
}

const kinds: Record<GraphNode['kind'], string> = {
  service: 'Service',
  program: 'Program that no deployment runs',
  topic: 'Topic',
  deadLetter: 'Dead-letter topic',
};

export class Details {
  readonly #panel: HTMLElement;
  readonly #actions: Actions;

  constructor(panel: HTMLElement, actions: Actions) {
    this.#panel = panel;
    this.#actions = actions;
  }

  hide(): void {
    this.#panel.hidden = true;
  }

  node(topology: Topology, graph: Graph, n: GraphNode): void {
    const folder = topology.folders.find((f) => f.uri === n.folder);
    if (!folder) return;
    this.#show(n.label, kinds[n.kind] + (n.note && n.kind !== 'program' ? ` · ${n.note}` : ''));
    if (n.at)
      this.#list('', [this.#place(n.kind === 'topic' || n.kind === 'deadLetter' ? 'where the name is given' : 'definition', folder, n.at)]);
    if (n.kind === 'topic' || n.kind === 'deadLetter') this.#topic(folder, n.name);
    else this.#service(graph, n);
    this.#list(
      'Findings',
      n.findings.map((f) => this.#finding(folder, f)),
    );
  }

  edge(topology: Topology, graph: Graph, e: GraphEdge): void {
    const name = (id: string): string => graph.nodes.find((n) => n.id === id)?.label ?? '';
    const folder = topology.folders.find((f) => f.uri === graph.nodes.find((n) => n.id === e.from)?.folder);
    if (!folder) return;
    this.#show(
      `${name(e.from)} → ${name(e.to)}`,
      (e.role === 'produce' ? 'Produces' : 'Consumes') + (e.deadLetter ? ' · dead letters' : ''),
    );
    this.#list('Code', this.#endpoints(folder, e.endpoints));
    this.#list('Ends', [this.#link(name(e.from), '', e.from), this.#link(name(e.to), '', e.to)]);
  }

  #topic(folder: FolderTopology, name: string): void {
    const t = folder.topics.find((x) => x.name === name);
    if (!t) return;
    this.#list('Producers', this.#endpoints(folder, t.producers));
    this.#list('Consumers', this.#endpoints(folder, t.consumers));
    this.#list(
      'Groups',
      t.groups.map((g) =>
        g.location ? this.#place(g.name, folder, g.location, g.services.map((s) => serviceName(folder, s)).join(', ')) : this.#text(g.name),
      ),
    );
    this.#list(
      'Message',
      t.fields.map((f) => {
        const at = f.writtenAt[0] ?? f.readAt[0];
        const types = (f.types.join(' | ') || 'any') + (f.optional ? '?' : '') + (f.writtenAt.length === 0 ? ' · read, not written' : '');
        return at ? this.#row(f.name, types, () => this.#actions.open(at, false), at) : this.#text(`${f.name}: ${types}`);
      }),
    );
    for (const d of t.deadLetters) {
      const dead = folder.topics.find((x) => x.name === d);
      if (dead) this.#list(`Dead letters: ${d}`, this.#endpoints(folder, [...dead.producers, ...dead.consumers]));
    }
  }

  #service(graph: Graph, n: GraphNode): void {
    const label = new Map(graph.nodes.map((x) => [x.id, x.label]));
    const rows = (edges: readonly GraphEdge[], end: 'from' | 'to'): HTMLElement[] =>
      edges.map((e) => this.#link(label.get(e[end]) ?? '', e.deadLetter ? 'dead letters' : (e.endpoints[0]?.library ?? ''), e[end]));
    this.#list(
      'Consumes',
      rows(
        graph.edges.filter((e) => e.to === n.id),
        'from',
      ),
    );
    this.#list(
      'Produces',
      rows(
        graph.edges.filter((e) => e.from === n.id),
        'to',
      ),
    );
  }

  #show(title: string, kind: string): void {
    const close = element('button', { title: 'Close (Escape)', 'aria-label': 'Close' }, '✕');
    close.onclick = () => this.#actions.close();
    this.#panel.replaceChildren(element('header', {}, element('h2', {}, title), close), element('p', { class: 'kind' }, kind));
    this.#panel.hidden = false;
  }

  #list(title: string, rows: readonly HTMLElement[]): void {
    if (rows.length === 0) return;
    if (title) this.#panel.append(element('h3', {}, title));
    this.#panel.append(element('ul', {}, ...rows.map((r) => element('li', {}, r))));
  }

  #endpoints(folder: FolderTopology, list: readonly Endpoint[]): HTMLElement[] {
    return list.map((e) => {
      const who = e.services.map((s) => serviceName(folder, s)).join(', ') || 'no service';
      const text = `${who}${e.function ? ` · ${e.function}()` : ''}`;
      return e.location ? this.#place(text, folder, e.location, e.status === 'exact' ? '' : e.status) : this.#text(text);
    });
  }

  #finding(folder: FolderTopology, f: Finding): HTMLElement {
    const at = { uri: f.uri, range: f.range };
    const row = this.#place(f.message, folder, at, f.code);
    row.classList.add('finding', `s${f.severity}`);
    return row;
  }

  #place(text: string, folder: FolderTopology, at: Location, more = ''): HTMLElement {
    return this.#row(text, [placeText(folder.uri, at), more].filter(Boolean).join(' · '), () => this.#actions.open(at, false), at);
  }

  #link(text: string, more: string, node: string): HTMLElement {
    return this.#row(text, more, () => this.#actions.select(node));
  }

  #row(text: string, more: string, click: () => void, at?: Location): HTMLElement {
    const row = element('button', { class: 'row' }, text, ...(more ? [element('small', {}, more)] : []));
    row.onclick = (e) => (at && (e.ctrlKey || e.metaKey) ? this.#actions.open(at, true) : click());
    return row;
  }

  #text(text: string): HTMLElement {
    return element('span', { class: 'row' }, text);
  }
}

function serviceName(folder: FolderTopology, id: string): string {
  return folder.services.find((s) => s.id === id)?.name ?? id;
}

function placeText(folder: string, at: Location): string {
  const path = at.uri.startsWith(folder + '/') ? at.uri.slice(folder.length + 1) : at.uri;
  return `${decodeURIComponent(path)}:${at.range.start.line + 1}`;
}
