/** The editor tab with the topology graph. What happens in it is in src/webview. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Index } from '../index.ts';
import type { Logs } from '../logs.ts';
import { open } from '../places.ts';
import type { Server } from '../server/server.ts';
import type { FromGraph, ToGraph } from './messages.ts';

const viewType = 'topicls.graph';

export interface Environments {
  choose(folder: string, id: string): Promise<void>;
}

export class GraphPanel implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #server: Server;
  readonly #index: Index;
  readonly #logs: Logs;
  readonly #environments: Environments;
  readonly #subscriptions: { dispose(): unknown }[];
  #panel: vscode.WebviewPanel | undefined;
  #loaded = false;
  #focus: string | undefined;

  constructor(context: vscode.ExtensionContext, server: Server, index: Index, logs: Logs, environments: Environments) {
    this.#context = context;
    this.#server = server;
    this.#index = index;
    this.#logs = logs;
    this.#environments = environments;
    this.#subscriptions = [index.onDidChange(() => this.#send()), server.onDidChangeState(() => this.#send())];
  }

  /** Shows the graph; node is one to select (see graph/model.ts). */
  show(node?: string): void {
    this.#focus = node ?? this.#focus;
    if (this.#panel) this.#panel.reveal();
    else this.#adopt(vscode.window.createWebviewPanel(viewType, 'Topics', vscode.ViewColumn.Active, { enableFindWidget: false }));
    if (this.#loaded) this.#tellFocus();
  }

  /** Takes over a panel of the window before. */
  restore(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#adopt(panel);
  }

  dispose(): void {
    for (const s of this.#subscriptions) s.dispose();
    this.#panel?.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    this.#loaded = false;
    const files = vscode.Uri.joinPath(this.#context.extensionUri, 'dist', 'webview');
    panel.iconPath = vscode.Uri.joinPath(this.#context.extensionUri, 'media', 'graph.svg');
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
    });
    panel.webview.onDidReceiveMessage((m: FromGraph) => void this.#receive(m));
    panel.webview.options = { enableScripts: true, localResourceRoots: [files] };
    panel.webview.html = html(panel.webview, files);
  }

  #post(message: ToGraph): void {
    void this.#panel?.webview.postMessage(message);
  }

  #send(): void {
    if (!this.#loaded) return;
    const state = this.#server.state;
    const known = this.#index.known;
    if (state.kind === 'failed') this.#post({ type: 'unavailable', message: `${state.message} ${state.remedy}` });
    else if (state.kind === 'stopped') this.#post({ type: 'unavailable', message: 'Topicls is stopped.' });
    else if (!known) this.#post({ type: 'unavailable', message: 'Topicls reads the workspace…' });
    else {
      const failed = known.status.folders.find((f) => f.state === 'failed');
      if (failed && known.topology.folders.length === 0)
        this.#post({ type: 'unavailable', message: `${failed.name} can't be indexed: ${failed.message ?? ''}` });
      else this.#post({ type: 'topology', topology: known.topology, ready: this.#index.ready });
    }
  }

  #tellFocus(): void {
    if (this.#focus !== undefined) this.#post({ type: 'focus', node: this.#focus });
    this.#focus = undefined;
  }

  async #receive(m: FromGraph): Promise<void> {
    try {
      switch (m.type) {
        case 'ready':
          this.#loaded = true;
          this.#send();
          this.#tellFocus();
          break;
        case 'open':
          await open(m.location, m.beside);
          break;
        case 'environment':
          await this.#environments.choose(m.folder, m.id);
          break;
        case 'save':
          await this.#save(m.format, m.data);
          break;
        case 'failed':
          this.#logs.extension.error(`graph: ${m.message}`);
          break;
      }
    } catch (err) {
      this.#logs.extension.error('graph', err);
      void vscode.window.showErrorMessage(`Topicls: ${err instanceof Error ? err.message : String(err)}`);
    }
  }

  async #save(format: 'svg' | 'png' | 'mermaid', data: string): Promise<void> {
    if (format === 'mermaid') {
      // Mermaid is for pasting into documents, so it is shown as a text.
      const document = await vscode.workspace.openTextDocument({ language: 'mermaid', content: data }).then(
        (d) => d,
        () => vscode.workspace.openTextDocument({ language: 'plaintext', content: data }),
      );
      await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
      return;
    }
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const name = `topics.${format}`;
    const target = await vscode.window.showSaveDialog({
      ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
      filters: format === 'svg' ? { SVG: ['svg'] } : { PNG: ['png'] },
      title: 'Save the topology graph',
    });
    if (!target) return;
    await vscode.workspace.fs.writeFile(target, format === 'png' ? Buffer.from(data, 'base64') : new TextEncoder().encode(data));
    const choice = await vscode.window.showInformationMessage(`Saved ${vscode.workspace.asRelativePath(target)}.`, 'Open');
    if (choice) await vscode.commands.executeCommand('vscode.open', target);
  }
}

const icon = (d: string): string => `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${d}"/></svg>`;

const icons = {
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14',
  filter: 'M2 3h12L9.5 8.5V13l-3-1.5v-3z',
  path: 'M3 3.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM13 9.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM4.5 5H8a2 2 0 0 1 2 2v2a2 2 0 0 0 1.5 2',
  mail: 'M2 4h12v8.5H2zM2 4.5l6 4.5 6-4.5',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  save: 'M8 2v8M5 7.5 8 10.5l3-3M2.5 10v3.5h11V10',
};

function html(webview: vscode.Webview, files: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(files, name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `connect-src ${webview.cspSource}`,
    'worker-src blob:',
    'img-src data:',
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file('graph.css')}">
<title>Topics</title>
</head>
<body data-worker="${file('elk-worker.js')}">
<div id="bar" role="toolbar" aria-label="Graph">
  <label class="search">${icon(icons.search)}<input id="find" type="text" placeholder="Find a service or topic ( / )" aria-label="Find a service or topic" spellcheck="false"><output id="hits"></output></label>
  <button id="filter" aria-pressed="false" title="Show only what is found, with its neighbours">${icon(icons.filter)}<span>Filter</span></button>
  <button id="focus" aria-pressed="false" disabled title="Show only what leads to and from the selection (f)">${icon(icons.path)}<span>Path</span></button>
  <button id="fold" aria-pressed="true" title="Fold dead-letter topics into the topics they belong to (d)">${icon(icons.mail)}<span>Fold dead letters</span></button>
  <span class="grow"></span>
  <select id="environment" aria-label="Environment" title="Environment" hidden></select>
  <span class="sep"></span>
  <button id="smaller" title="Zoom out (-)" aria-label="Zoom out">${icon(icons.minus)}</button>
  <button id="larger" title="Zoom in (+)" aria-label="Zoom in">${icon(icons.plus)}</button>
  <button id="fit" title="Show everything (0)" aria-label="Show everything">${icon(icons.fit)}</button>
  <span class="sep"></span>
  <div class="menu">
    <button id="export" aria-haspopup="menu" aria-expanded="false" title="Export the graph">${icon(icons.save)}<span>Export</span></button>
    <div id="export-menu" role="menu" hidden>
      <button role="menuitem" data-format="svg">Save as SVG…</button>
      <button role="menuitem" data-format="png">Save as PNG…</button>
      <button role="menuitem" data-format="mermaid">Open as Mermaid</button>
    </div>
  </div>
</div>
<main id="canvas" tabindex="0" aria-label="Topology graph. Arrow keys move along edges, Enter opens the code.">
  <div id="note" class="busy" role="status"><span id="note-text">Topicls reads the workspace…</span><span class="track"></span></div>
  <div id="legend" aria-hidden="true"><span><i class="service"></i>service</span><span><i class="topic"></i>topic</span><span><i class="dead"></i>dead letters, or not certain</span><span id="counts"></span></div>
</main>
<aside id="details" aria-label="Details" hidden></aside>
<script nonce="${nonce}" src="${file('graph.js')}"></script>
</body>
</html>`;
}
