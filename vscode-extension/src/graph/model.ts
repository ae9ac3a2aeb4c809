/**
 * The topology as a graph: services and topics are nodes, what a service does
 * with a topic is an edge. Pure data and pure functions; the webview draws them.
 */
import type { Endpoint, Finding, FolderTopology, Location, Service, Severity, Topic, Topology } from '../protocol.ts';

export interface GraphNode {
  readonly id: string;
  readonly kind: 'service' | 'program' | 'topic' | 'deadLetter';
  readonly label: string;
  /** A second line. */
  readonly note: string;
  readonly folder: string;
  /** The topic's name, or the service's id. */
  readonly name: string;
  readonly at: Location | undefined;
  readonly severity: Severity | undefined;
  readonly findings: readonly Finding[];
  /** Dead-letter topics that are folded into this one. */
  readonly folded: readonly string[];
}

export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly role: 'produce' | 'consume';
  readonly endpoints: readonly Endpoint[];
  /** Through a dead-letter topic: one that is shown, or is folded. */
  readonly deadLetter: boolean;
  /** Every endpoint knows a part of the topic's name at most. */
  readonly uncertain: boolean;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphOptions {
  readonly foldDeadLetters: boolean;
}

export const topicId = (folder: string, name: string): string => `t|${folder}|${name}`;
export const serviceId = (folder: string, id: string): string => `s|${folder}|${id}`;

export function buildGraph(topology: Topology, options: GraphOptions): Graph {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  for (const folder of topology.folders) addFolder(folder, options, nodes, edges);
  return { nodes, edges };
}

function addFolder(folder: FolderTopology, options: GraphOptions, nodes: GraphNode[], edges: GraphEdge[]): void {
  const topics = new Map(folder.topics.map((t) => [t.name, t]));
  const services = new Map(folder.services.map((s) => [s.id, s]));
  const topicFindings = collect(folder.findings, (f) => f.topic);
  const serviceFindings = collect(folder.findings, (f) => f.service);
  const isFolded = (t: Topic): boolean => options.foldDeadLetters && t.deadLetterOf !== undefined && topics.has(t.deadLetterOf);
  /** The topic that stands for one in the graph. */
  const shown = (t: Topic): Topic => {
    const seen = new Set<Topic>();
    while (isFolded(t) && !seen.has(t)) {
      seen.add(t);
      t = topics.get(t.deadLetterOf ?? '') ?? t;
    }
    return t;
  };
  const bundles = new Map<string, { from: string; to: string; role: 'produce' | 'consume'; deadLetter: boolean; endpoints: Endpoint[] }>();
  const used = new Set<string>();
  const add = (t: Topic, e: Endpoint, role: 'produce' | 'consume'): void => {
    const folded = isFolded(t);
    for (const s of e.services) {
      used.add(s);
      if (folded && role === 'produce') continue; // the topic's badge tells of them
      const topic = topicId(folder.uri, shown(t).name);
      const service = serviceId(folder.uri, s);
      const [from, to] = role === 'produce' ? [service, topic] : [topic, service];
      const id = `${from}>${to}${folded ? '|dead' : ''}`;
      let b = bundles.get(id);
      if (!b) bundles.set(id, (b = { from, to, role, deadLetter: folded || t.deadLetterOf !== undefined, endpoints: [] }));
      b.endpoints.push(e);
    }
  };
  for (const t of folder.topics) {
    for (const e of t.producers) add(t, e, 'produce');
    for (const e of t.consumers) add(t, e, 'consume');
  }
  for (const id of used) {
    const s = services.get(id);
    nodes.push(serviceNode(folder, id, s, serviceFindings.get(id) ?? []));
  }
  const foldedInto = new Map<string, Topic[]>();
  for (const t of folder.topics) {
    if (!isFolded(t)) continue;
    const into = shown(t).name;
    foldedInto.set(into, [...(foldedInto.get(into) ?? []), t]);
  }
  for (const t of folder.topics) {
    if (isFolded(t) && shown(t) !== t) continue;
    const folded = foldedInto.get(t.name) ?? [];
    const findings = [t, ...folded].flatMap((x) => topicFindings.get(x.name) ?? []);
    nodes.push(topicNode(folder, t, folded, findings));
  }
  for (const [id, b] of bundles) {
    edges.push({ id, ...b, uncertain: b.endpoints.every((e) => e.status === 'partial' || e.status === 'unknown') });
  }
}

function collect(findings: readonly Finding[], by: (f: Finding) => string | undefined): Map<string, Finding[]> {
  const out = new Map<string, Finding[]>();
  for (const f of findings) {
    const key = by(f);
    if (key !== undefined) out.set(key, [...(out.get(key) ?? []), f]);
  }
  return out;
}

function serviceNode(folder: FolderTopology, id: string, s: Service | undefined, findings: readonly Finding[]): GraphNode {
  const code = commonFolder(s?.code ?? []);
  return {
    id: serviceId(folder.uri, id),
    kind: s?.environment ? 'service' : 'program',
    label: s?.name ?? id,
    note: s?.environment ? code : 'not deployed',
    folder: folder.uri,
    name: id,
    at: s?.location,
    severity: worst(findings),
    findings,
    folded: [],
  };
}

/** The folder that some paths of files and folders are in; the path itself if it is one. */
export function commonFolder(paths: readonly string[]): string {
  const [first = '', ...rest] = paths;
  let common = first.split('/');
  for (const p of rest) {
    const parts = p.split('/');
    const differs = common.findIndex((part, i) => part !== parts[i]);
    if (differs >= 0) common = common.slice(0, differs);
  }
  return common.join('/');
}

function topicNode(folder: FolderTopology, t: Topic, folded: readonly Topic[], findings: readonly Finding[]): GraphNode {
  const fields = t.fields.filter((f) => f.writtenAt.length > 0 && !f.name.includes('.')).length;
  return {
    id: topicId(folder.uri, t.name),
    kind: t.deadLetterOf === undefined ? 'topic' : 'deadLetter',
    label: t.name,
    note:
      t.deadLetterOf !== undefined
        ? `dead letters of ${t.deadLetterOf}`
        : fields > 0
          ? `${fields} ${fields === 1 ? 'field' : 'fields'}`
          : '',
    folder: folder.uri,
    name: t.name,
    at: t.location ?? t.producers[0]?.location ?? t.consumers[0]?.location,
    severity: worst(findings),
    findings,
    folded: folded.map((d) => d.name),
  };
}

function worst(findings: readonly Finding[]): Severity | undefined {
  return findings.reduce<Severity | undefined>((w, f) => (w === undefined || f.severity < w ? f.severity : w), undefined);
}

/** Nodes whose label has all the words of a query; none for an empty one. */
export function search(graph: Graph, query: string): Set<string> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return new Set();
  const fits = (n: GraphNode): boolean => {
    const text = `${n.kind} ${n.label} ${n.folded.join(' ')} ${n.note}`.toLowerCase();
    return words.every((w) => text.includes(w));
  };
  return new Set(graph.nodes.filter(fits).map((n) => n.id));
}

/** The part of a graph that is some nodes with their neighbours. */
export function around(graph: Graph, centre: ReadonlySet<string>): Graph {
  const keep = new Set(centre);
  const edges = graph.edges.filter((e) => centre.has(e.from) || centre.has(e.to));
  for (const e of edges) keep.add(e.from).add(e.to);
  return { nodes: graph.nodes.filter((n) => keep.has(n.id)), edges };
}

export function only(graph: Graph, ids: ReadonlySet<string>): Graph {
  return { nodes: graph.nodes.filter((n) => ids.has(n.id)), edges: graph.edges.filter((e) => ids.has(e.from) && ids.has(e.to)) };
}

export interface Path {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
}

/** What messages may have passed through on their way to a node, and where they may go from it. */
export function through(graph: Graph, id: string): Path {
  const up = walk(graph, [id], 'up');
  const down = walk(graph, [id], 'down');
  return { nodes: new Set([...up.nodes, ...down.nodes]), edges: new Set([...up.edges, ...down.edges]) };
}

/** All ways from one node to another, in the direction in which there are any. */
export function between(graph: Graph, a: string, b: string): Path {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const down = walk(graph, [from], 'down');
    if (!down.nodes.has(to)) continue;
    const up = walk(graph, [to], 'up');
    return {
      nodes: new Set([...down.nodes].filter((n) => up.nodes.has(n))),
      edges: new Set([...down.edges].filter((e) => up.edges.has(e))),
    };
  }
  return { nodes: new Set([a, b]), edges: new Set() };
}

function walk(graph: Graph, start: readonly string[], direction: 'up' | 'down'): { nodes: Set<string>; edges: Set<string> } {
  const next = new Map<string, GraphEdge[]>();
  for (const e of graph.edges) {
    const key = direction === 'down' ? e.from : e.to;
    const list = next.get(key);
    if (list) list.push(e);
    else next.set(key, [e]);
  }
  const nodes = new Set(start);
  const edges = new Set<string>();
  const queue = [...start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const e of next.get(id) ?? []) {
      edges.add(e.id);
      const other = direction === 'down' ? e.to : e.from;
      if (!nodes.has(other)) {
        nodes.add(other);
        queue.push(other);
      }
    }
  }
  return { nodes, edges };
}

/** A text that is the same for graphs that are laid out the same. */
export function shape(graph: Graph): string {
  return JSON.stringify([graph.nodes.map((n) => [n.id, n.kind, n.label, n.note, n.folded.length]), graph.edges.map((e) => e.id)]);
}
