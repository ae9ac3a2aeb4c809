/** Shows entries as a tree of VS Code, with a filter of its own. */
import * as vscode from 'vscode';
import type { Index } from '../index.ts';
import { toRange } from '../places.ts';
import type { Severity, Topology } from '../protocol.ts';
import { filterEntries, pathTo, type Entry, type Kind } from './model.ts';

const icons: Record<Kind, string> = {
  folder: 'folder',
  topic: 'symbol-event',
  deadLetter: 'mail',
  service: 'server',
  program: 'terminal',
  broker: 'database',
  producers: 'arrow-up',
  consumers: 'arrow-down',
  groups: 'organization',
  message: 'json',
  deadLetters: 'mail',
  findings: 'warning',
  produces: 'arrow-up',
  consumes: 'arrow-down',
  variables: 'symbol-variable',
  unknown: 'question',
  endpoint: 'symbol-method',
  unknownEndpoint: 'question',
  group: 'person',
  field: 'symbol-field',
  variable: 'symbol-variable',
  place: 'location',
  rule: 'law',
  finding: 'warning',
};

const bySeverity: Record<Severity, [icon: string, color: string]> = {
  1: ['error', 'list.errorForeground'],
  2: ['warning', 'list.warningForeground'],
  3: ['info', 'notificationsInfoIcon.foreground'],
  4: ['lightbulb', 'editorHint.foreground'],
};

export class View implements vscode.TreeDataProvider<Entry>, vscode.Disposable {
  readonly #name: string;
  readonly #index: Index;
  readonly #build: (t: Topology) => Entry[];
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: { dispose(): unknown }[];
  #entries: readonly Entry[] | undefined; // made when asked for
  #parents = new WeakMap<Entry, Entry>();
  #filter = '';

  readonly onDidChangeTreeData = this.#changed.event;
  readonly tree: vscode.TreeView<Entry>;

  /** name is the view's in package.json. empty is what it says when there is nothing to show. */
  constructor(name: string, index: Index, build: (t: Topology) => Entry[]) {
    this.#name = name;
    this.#index = index;
    this.#build = build;
    this.tree = vscode.window.createTreeView(name, { treeDataProvider: this, showCollapseAll: true });
    this.#subscriptions = [this.tree, this.#changed, index.onDidChange(() => this.refresh())];
    this.refresh();
  }

  get filter(): string {
    return this.#filter;
  }

  set filter(text: string) {
    this.#filter = text;
    void vscode.commands.executeCommand('setContext', `${this.#name}.filtered`, text !== '');
    this.refresh();
  }

  refresh(): void {
    this.#entries = undefined;
    const all = this.#all();
    const shown = this.entries();
    this.tree.message = this.#filter
      ? shown.length > 0
        ? `Filter: ${this.#filter}`
        : `Nothing fits the filter: ${this.#filter}`
      : (undefined as unknown as string);
    if (this.#name === 'topicls.findings') {
      const n = this.#index.known?.topology.folders.reduce((sum, f) => sum + f.findings.filter((d) => d.severity <= 2).length, 0) ?? 0;
      this.tree.badge = n > 0 ? { value: n, tooltip: `${n} findings to look at` } : undefined;
    }
    void vscode.commands.executeCommand('setContext', `${this.#name}.empty`, this.#index.ready && all.length === 0);
    this.#changed.fire();
  }

  /** The entries shown, filtered. */
  entries(): readonly Entry[] {
    this.#entries ??= filterEntries(this.#all(), this.#filter);
    return this.#entries;
  }

  /** Shows an entry, and selects it. */
  async reveal(fits: (e: Entry) => boolean): Promise<void> {
    let path = pathTo(this.entries(), fits);
    if (!path && this.#filter) {
      this.filter = '';
      path = pathTo(this.entries(), fits);
    }
    const found = path?.at(-1);
    if (!path || !found) return;
    path.slice(1).forEach((e, i) => {
      const above = path[i];
      if (above) this.#parents.set(e, above);
    });
    await this.tree.reveal(found, { select: true, focus: true, expand: true });
  }

  getChildren(above?: Entry): Entry[] {
    if (!above) return [...this.entries()];
    for (const e of above.children) this.#parents.set(e, above);
    return [...above.children];
  }

  getParent(e: Entry): Entry | undefined {
    return this.#parents.get(e);
  }

  getTreeItem(e: Entry): vscode.TreeItem {
    const state =
      e.children.length === 0
        ? vscode.TreeItemCollapsibleState.None
        : this.#filter || e.kind === 'folder'
          ? vscode.TreeItemCollapsibleState.Expanded
          : vscode.TreeItemCollapsibleState.Collapsed;
    const item = new vscode.TreeItem(e.label, state);
    item.id = (this.#filter ? `${this.#filter}|` : '') + e.id;
    if (e.description) item.description = e.description;
    if (e.tooltip) item.tooltip = new vscode.MarkdownString(e.tooltip);
    item.iconPath = icon(e);
    item.contextValue = e.kind;
    if (e.at) {
      item.command = {
        command: 'vscode.open',
        title: 'Open',
        arguments: [
          vscode.Uri.parse(e.at.uri, true),
          { selection: toRange(e.at.range), preserveFocus: true } satisfies vscode.TextDocumentShowOptions,
        ],
      };
    }
    return item;
  }

  dispose(): void {
    for (const s of this.#subscriptions) s.dispose();
  }

  #all(): Entry[] {
    const known = this.#index.known;
    return known ? this.#build(known.topology) : [];
  }
}

function icon(e: Entry): vscode.ThemeIcon {
  if (e.kind === 'finding' || e.kind === 'rule' || e.kind === 'findings') {
    const [name, color] = bySeverity[e.severity ?? 2];
    return new vscode.ThemeIcon(name, new vscode.ThemeColor(color));
  }
  const color = e.severity !== undefined && e.severity <= 2 ? bySeverity[e.severity][1] : undefined;
  return new vscode.ThemeIcon(icons[e.kind], color ? new vscode.ThemeColor(color) : undefined);
}
