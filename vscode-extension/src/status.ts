/** The status item: whether the server is well, the environment, how much was found. */
import * as vscode from 'vscode';
import type { Index, Known } from './index.ts';
import type { Server } from './server/server.ts';

export class StatusItem implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('topicls.status', vscode.StatusBarAlignment.Left, 50);
  readonly #index: Index;
  readonly #server: Server;
  readonly #subscriptions: { dispose(): unknown }[];

  constructor(server: Server, index: Index) {
    this.#server = server;
    this.#index = index;
    this.#item.name = 'Topicls';
    this.#item.command = 'topicls.menu';
    this.#subscriptions = [
      this.#item,
      server.onDidChangeState(() => this.#update()),
      index.onDidChange(() => this.#update()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#update()),
    ];
    this.#update();
    this.#item.show();
  }

  dispose(): void {
    for (const s of this.#subscriptions) s.dispose();
  }

  #update(): void {
    const { text, tooltip, color } = describe(this.#server.state, this.#index.known, vscode.workspace.isTrusted);
    this.#item.text = text;
    const markdown = new vscode.MarkdownString(tooltip, true);
    markdown.isTrusted = { enabledCommands: ['topicls.restart', 'topicls.showLogs', 'topicls.chooseEnvironment', 'topicls.showGraph'] };
    this.#item.tooltip = markdown;
    this.#item.backgroundColor = color ? new vscode.ThemeColor(color) : undefined;
    this.#item.accessibilityInformation = { label: `Topicls ${text.replace(/\$\([^)]*\)/g, '')}` };
  }
}

interface Shown {
  readonly text: string;
  readonly tooltip: string;
  readonly color?: string;
}

function describe(state: Server['state'], known: Known | undefined, trusted: boolean): Shown {
  switch (state.kind) {
    case 'stopped':
      return { text: '$(circle-slash) Topicls', tooltip: 'Topicls is stopped. [Start](command:topicls.restart)' };
    case 'starting':
      return { text: '$(sync~spin) Topicls', tooltip: 'Topicls starts' };
    case 'failed':
      return {
        text: '$(error) Topicls',
        tooltip: `${state.message}\n\n${state.remedy}\n\n[Try again](command:topicls.restart) · [Logs](command:topicls.showLogs)`,
        color: 'statusBarItem.errorBackground',
      };
    case 'running':
      return running(state.program.version, known, trusted);
  }
}

function running(version: string, known: Known | undefined, trusted: boolean): Shown {
  const folders = known?.status.folders ?? [];
  const failed = folders.find((f) => f.state === 'failed');
  if (failed)
    return {
      text: '$(warning) Topicls',
      tooltip: `${failed.name} can't be indexed: ${failed.message ?? ''}\n\n[Logs](command:topicls.showLogs)`,
      color: 'statusBarItem.warningBackground',
    };
  if (!known || folders.some((f) => f.state === 'indexing'))
    return { text: '$(sync~spin) Topicls: indexing', tooltip: 'Topicls reads the workspace' };
  const sum = (of: (f: (typeof folders)[number]) => number): number => folders.reduce((n, f) => n + of(f), 0);
  const topics = sum((f) => f.counts.topics);
  const warnings = sum((f) => f.findings.error + f.findings.warning);
  const chosen = [...new Set(folders.flatMap((f) => f.environments.filter((e) => e.chosen).map((e) => e.id)))];
  const lines = folders.flatMap((f) => [
    `**${f.name}**`,
    `${f.counts.topics} topics · ${f.counts.services} services · ${f.counts.endpoints} endpoints` +
      (f.counts.unknown > 0 ? ` (${f.counts.unknown} with a topic that is not known)` : ''),
    `${f.findings.error} errors · ${f.findings.warning} warnings · ${f.findings.information + f.findings.hint} remarks`,
    f.problems.length > 0 ? `$(warning) ${f.problems.length} files could not be read whole: ${f.problems[0]?.message ?? ''}` : '',
  ]);
  lines.push(
    `environment: ${chosen.join(', ') || 'none'} ([choose](command:topicls.chooseEnvironment))`,
    `version ${version}` + (trusted ? '' : ' · restricted: this workspace is not trusted, so its settings do not say which program runs'),
    '[Graph](command:topicls.showGraph) · [Logs](command:topicls.showLogs) · [Restart](command:topicls.restart)',
  );
  return {
    text: `$(symbol-event) ${topics} ${topics === 1 ? 'topic' : 'topics'}${warnings > 0 ? `  $(warning) ${warnings}` : ''}${chosen.length > 0 ? `  ${chosen.join(', ')}` : ''}`,
    tooltip: lines.filter(Boolean).join('\n\n'),
  };
}
