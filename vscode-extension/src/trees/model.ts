/**
 * The entries of the three trees, as plain data: what stands on each line, where
 * it leads, what is under it. Knows nothing of VS Code.
 */
import type { Endpoint, Field, Finding, FolderTopology, Location, Service, Severity, Topic, Topology } from '../protocol.ts';

export type Kind =
  | 'folder'
  | 'topic'
  | 'deadLetter'
  | 'service'
  | 'program'
  | 'broker'
  | 'producers'
  | 'consumers'
  | 'groups'
  | 'message'
  | 'deadLetters'
  | 'findings'
  | 'produces'
  | 'consumes'
  | 'variables'
  | 'unknown'
  | 'endpoint'
  | 'unknownEndpoint'
  | 'group'
  | 'field'
  | 'variable'
  | 'place'
  | 'rule'
  | 'finding';

export interface Entry {
  /** The same for the same thing after a refresh, so that the tree keeps its shape. */
  readonly id: string;
  readonly kind: Kind;
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string;
  /** Where a click leads. */
  readonly at?: Location;
  /** The worst finding about it. */
  readonly severity?: Severity;
  readonly children: readonly Entry[];
  /** For commands: the topic, service or variable that it stands for. */
  readonly name?: string;
  readonly finding?: Finding;
}

const plural = (n: number, one: string, many = one + 's'): string => `${n} ${n === 1 ? one : many}`;

export const topicCounts = (t: Topic): string => `${plural(t.producers.length, 'producer')} · ${plural(t.consumers.length, 'consumer')}`;

export function baseName(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}

/** A path as people write it, from the folder on. */
export function relative(folder: string, uri: string): string {
  const root = folder.endsWith('/') ? folder : folder + '/';
  return decodeURIComponent(uri.startsWith(root) ? uri.slice(root.length) : uri.replace(/^file:\/\//, ''));
}

export function placeText(folder: string, at: Location): string {
  return `${relative(folder, at.uri)}:${at.range.start.line + 1}`;
}

function worst(findings: readonly Finding[]): Severity | undefined {
  let out: Severity | undefined;
  for (const f of findings) if (out === undefined || f.severity < out) out = f.severity;
  return out;
}

/** Leaves out properties that are undefined. */
function entry(e: { [K in keyof Entry]?: Entry[K] | undefined } & Pick<Entry, 'id' | 'kind' | 'label'>): Entry {
  return { ...(Object.fromEntries(Object.entries(e).filter(([, v]) => v !== undefined)) as unknown as Entry), children: e.children ?? [] };
}

/** One folder's entries; the names of its services are looked up often. */
class Builder {
  readonly folder: FolderTopology;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #byTopic = new Map<string, Finding[]>();
  readonly #byService = new Map<string, Finding[]>();

  constructor(folder: FolderTopology) {
    this.folder = folder;
    this.#services = new Map(folder.services.map((s) => [s.id, s]));
    for (const f of folder.findings) {
      if (f.topic) push(this.#byTopic, f.topic, f);
      if (f.service) push(this.#byService, f.service, f);
    }
  }

  topics(): Entry[] {
    const main = this.folder.topics.filter((t) => !t.deadLetterOf || !this.folder.topics.some((o) => o.name === t.deadLetterOf));
    const unknown = this.folder.unknown;
    const out = main.map((t) => this.topic(t));
    if (unknown.length > 0) {
      out.push(
        entry({
          id: `${this.folder.uri}|unknown`,
          kind: 'unknown',
          label: 'Topic not known',
          description: plural(unknown.length, 'place'),
          tooltip: 'Calls that produce or consume, whose topic could not be told. Each says why.',
          children: unknown.map((e, i) => this.endpoint(`${this.folder.uri}|unknown|${i}`, e)),
        }),
      );
    }
    return out;
  }

  topic(t: Topic): Entry {
    const id = `${this.folder.uri}|topic|${t.name}`;
    const findings = this.#byTopic.get(t.name) ?? [];
    const children: Entry[] = [];
    const list = (kind: Kind, label: string, entries: readonly Entry[]): void => {
      if (entries.length > 0)
        children.push(entry({ id: `${id}|${kind}`, kind, label, description: String(entries.length), children: entries }));
    };
    list('producers', 'Producers', this.endpoints(`${id}|producers`, t.producers));
    list('consumers', 'Consumers', this.endpoints(`${id}|consumers`, t.consumers));
    list(
      'groups',
      'Groups',
      t.groups.map((g) =>
        entry({
          id: `${id}|groups|${g.name}`,
          kind: 'group',
          label: g.name,
          description: this.names(g.services).join(', '),
          at: g.location,
          name: g.name,
        }),
      ),
    );
    list('message', 'Message', this.fields(`${id}|message`, t.fields));
    list(
      'deadLetters',
      'Dead Letters',
      t.deadLetters.flatMap((name) => this.folder.topics.filter((d) => d.name === name).map((d) => this.topic(d))),
    );
    list('findings', 'Findings', this.findings(`${id}|findings`, findings));
    return entry({
      id,
      kind: t.deadLetterOf ? 'deadLetter' : 'topic',
      label: t.name,
      description: `↑ ${t.producers.length}  ↓ ${t.consumers.length}${(worst(findings) ?? 9) <= 2 ? '  ⚠' : ''}`,
      tooltip: this.topicTooltip(t, findings),
      at: t.location,
      severity: worst(findings),
      children,
      name: t.name,
    });
  }

  topicTooltip(t: Topic, findings: readonly Finding[]): string {
    const side = (what: string, list: readonly Endpoint[]): string =>
      `${what}: ${[...new Set(list.flatMap((e) => this.names(e.services)))].join(', ') || 'nobody'}`;
    const lines = [`**${t.name}**`, side('produced by', t.producers), side('consumed by', t.consumers)];
    if (t.pattern) lines.push('a part of the name is not known (`*`)');
    if (t.deadLetterOf) lines.push(`dead letters of ${t.deadLetterOf}`);
    for (const f of findings) lines.push(`⚠ ${f.message}`);
    return lines.join('\n\n');
  }

  services(): Entry[] {
    const uses = new Map<string, { produces: [Topic, Endpoint][]; consumes: [Topic, Endpoint][]; unknown: Endpoint[] }>();
    const of = (id: string) => {
      let u = uses.get(id);
      if (!u) uses.set(id, (u = { produces: [], consumes: [], unknown: [] }));
      return u;
    };
    for (const t of this.folder.topics) {
      for (const e of t.producers) for (const s of e.services) of(s).produces.push([t, e]);
      for (const e of t.consumers) for (const s of e.services) of(s).consumes.push([t, e]);
    }
    for (const e of this.folder.unknown) for (const s of e.services) of(s).unknown.push(e);
    const rank = (s: Service): number => (uses.has(s.id) ? 0 : s.kind === 'broker' ? 1 : 2);
    return this.folder.services
      .toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
      .map((s) => this.service(s, of(s.id)));
  }

  service(s: Service, use: { produces: [Topic, Endpoint][]; consumes: [Topic, Endpoint][]; unknown: Endpoint[] }): Entry {
    const id = `${this.folder.uri}|service|${s.id}`;
    const findings = this.#byService.get(s.id) ?? [];
    const children: Entry[] = [];
    const list = (kind: Kind, label: string, entries: readonly Entry[]): void => {
      if (entries.length > 0)
        children.push(entry({ id: `${id}|${kind}`, kind, label, description: String(entries.length), children: entries }));
    };
    const topics = (kind: 'produces' | 'consumes', uses: readonly [Topic, Endpoint][]): Entry[] =>
      uses.map(([t, e], i) =>
        entry({
          id: `${id}|${kind}|${t.name}|${i}`,
          kind: t.deadLetterOf ? 'deadLetter' : 'topic',
          label: t.name,
          description: e.location ? placeText(this.folder.uri, e.location) : undefined,
          tooltip: this.topicTooltip(t, this.#byTopic.get(t.name) ?? []),
          at: e.location,
          severity: worst(this.#byTopic.get(t.name) ?? []),
          name: t.name,
        }),
      );
    list('consumes', 'Consumes', topics('consumes', use.consumes));
    list('produces', 'Produces', topics('produces', use.produces));
    list(
      'unknown',
      'Topic not known',
      use.unknown.map((e, i) => this.endpoint(`${id}|unknown|${i}`, e)),
    );
    list(
      'variables',
      'Variables',
      s.variables.map((v) =>
        entry({
          id: `${id}|variables|${v.name}`,
          kind: 'variable',
          label: v.name,
          description: v.value ?? v.reason ?? 'not known',
          tooltip: `${v.name} = ${v.value ?? `(${v.reason ?? 'not known'})`}\n\n${v.readAt.length > 0 ? `read at ${v.readAt.map((at) => placeText(this.folder.uri, at)).join(', ')}` : 'not read by code that was found'}`,
          at: v.location,
          name: v.name,
          children: v.readAt.map((at, i) =>
            entry({ id: `${id}|variables|${v.name}|${i}`, kind: 'place', label: 'read', description: placeText(this.folder.uri, at), at }),
          ),
        }),
      ),
    );
    list('findings', 'Findings', this.findings(`${id}|findings`, findings));
    const counts = [use.consumes.length > 0 ? `↓ ${use.consumes.length}` : '', use.produces.length > 0 ? `↑ ${use.produces.length}` : '']
      .filter(Boolean)
      .join('  ');
    const what = s.kind === 'broker' ? 'Kafka' : s.environment ? '' : 'not deployed';
    return entry({
      id,
      kind: s.kind === 'broker' ? 'broker' : s.environment ? 'service' : 'program',
      label: s.name,
      description: [counts, what].filter(Boolean).join('  '),
      tooltip: [
        `**${s.name}**`,
        s.environment ? `environment ${s.environment}` : 'a program that no deployment file runs',
        s.image ? `image \`${s.image}\`` : '',
      ]
        .filter(Boolean)
        .join('\n\n'),
      at: s.location,
      severity: worst(findings),
      children,
      name: s.id,
    });
  }

  endpoints(id: string, list: readonly Endpoint[]): Entry[] {
    return list.map((e, i) => this.endpoint(`${id}|${this.names(e.services).join(',')}|${e.function ?? ''}|${i}`, e));
  }

  endpoint(id: string, e: Endpoint): Entry {
    const who = this.names(e.services).join(', ');
    const where = e.location ? placeText(this.folder.uri, e.location) : '';
    const status = e.status === 'exact' ? '' : e.status === 'default' ? 'by the code’s default' : e.status;
    return entry({
      id,
      kind: e.status === 'unknown' ? 'unknownEndpoint' : 'endpoint',
      label: who || where || e.library,
      description: [e.function ? `${e.function}()` : '', who ? where : '', status].filter(Boolean).join('  '),
      tooltip: [
        `${e.role === 'produce' ? 'produces' : 'consumes'} with ${e.library}`,
        who ? `runs in ${who}` : 'runs in no service',
        e.reason ?? '',
      ]
        .filter(Boolean)
        .join('\n\n'),
      at: e.location,
      children: e.handlers
        .filter((h) => h.uri !== e.location?.uri || h.range.start.line !== e.location.range.start.line)
        .map((at, i) =>
          entry({ id: `${id}|handler|${i}`, kind: 'place', label: 'handled', description: placeText(this.folder.uri, at), at }),
        ),
    });
  }

  fields(id: string, list: readonly Field[]): Entry[] {
    return list.map((f) => {
      const use = f.writtenAt.length === 0 ? 'read, not written' : f.readAt.length === 0 ? 'not read' : '';
      const fid = `${id}|${f.name}`;
      return entry({
        id: fid,
        kind: 'field',
        label: f.name,
        description: [(f.types.join(' | ') || 'any') + (f.optional ? '?' : ''), use].filter(Boolean).join('  '),
        at: f.writtenAt[0] ?? f.readAt[0],
        name: f.name,
        children: [
          ...f.writtenAt.map((at, i) =>
            entry({ id: `${fid}|w${i}`, kind: 'place', label: 'written', description: placeText(this.folder.uri, at), at }),
          ),
          ...f.readAt.map((at, i) =>
            entry({ id: `${fid}|r${i}`, kind: 'place', label: 'read', description: placeText(this.folder.uri, at), at }),
          ),
        ],
      });
    });
  }

  findings(id: string, list: readonly Finding[]): Entry[] {
    return list.map((f, i) => {
      const fid = `${id}|${f.code}|${f.uri}|${i}`;
      const at = { uri: f.uri, range: f.range };
      return entry({
        id: fid,
        kind: 'finding',
        label: f.message,
        description: placeText(this.folder.uri, at),
        tooltip: `${f.message}\n\n\`${f.code}\``,
        at,
        severity: f.severity,
        finding: f,
        children: (f.relatedInformation ?? []).map((r, j) =>
          entry({
            id: `${fid}|${j}`,
            kind: 'place',
            label: r.message,
            description: placeText(this.folder.uri, r.location),
            at: r.location,
          }),
        ),
      });
    });
  }

  rules(): Entry[] {
    const byRule = new Map<string, Finding[]>();
    for (const f of this.folder.findings) push(byRule, f.code, f);
    return [...byRule]
      .map(([code, list]) =>
        entry({
          id: `${this.folder.uri}|rule|${code}`,
          kind: 'rule',
          label: code,
          description: String(list.length),
          severity: worst(list),
          name: code,
          children: this.findings(`${this.folder.uri}|rule|${code}`, list),
        }),
      )
      .sort((a, b) => (a.severity ?? 9) - (b.severity ?? 9) || a.label.localeCompare(b.label));
  }

  names(services: readonly string[]): string[] {
    return services.map((id) => this.#services.get(id)?.name ?? id);
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Each folder's entries; under the folder's name when there are several. */
function perFolder(topology: Topology, entries: (b: Builder) => Entry[]): Entry[] {
  const all = topology.folders.map((f) => ({ folder: f, entries: entries(new Builder(f)) }));
  if (all.length === 1) return all[0]?.entries ?? [];
  return all.map(({ folder, entries }) =>
    entry({ id: `folder|${folder.uri}`, kind: 'folder', label: folder.name, description: String(entries.length), children: entries }),
  );
}

export const topicsTree = (t: Topology): Entry[] => perFolder(t, (b) => b.topics());
export const servicesTree = (t: Topology): Entry[] => perFolder(t, (b) => b.services());
export const findingsTree = (t: Topology): Entry[] => perFolder(t, (b) => b.rules());

/**
 * Keeps the entries that the filter's words are all in (label or description), with
 * what they stand under; an entry that fits keeps all of its children.
 */
export function filterEntries(entries: readonly Entry[], filter: string): Entry[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...entries];
  const keep = (e: Entry, above: string): Entry | undefined => {
    const text = `${above} ${e.label} ${e.description ?? ''}`.toLowerCase();
    if (words.every((w) => text.includes(w))) return e;
    const own = `${above} ${e.label}`.toLowerCase();
    const children = e.children.map((c) => keep(c, own)).filter((c) => c !== undefined);
    return children.length > 0 ? { ...e, children } : undefined;
  };
  return entries.map((e) => keep(e, '')).filter((e) => e !== undefined);
}

/** Finds an entry and those above it, the top one first. */
export function pathTo(entries: readonly Entry[], fits: (e: Entry) => boolean): Entry[] | undefined {
  for (const e of entries) {
    if (fits(e)) return [e];
    const below = pathTo(e.children, fits);
    if (below) return [e, ...below];
  }
  return undefined;
}
