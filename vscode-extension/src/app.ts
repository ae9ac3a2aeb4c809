/** Everything that runs where there is Kafka, wired together. */
import * as vscode from 'vscode';
import { registerCommands } from './commands.ts';
import { Detection } from './detect.ts';
import { Documents } from './documents.ts';
import { GraphPanel } from './graph/panel.ts';
import { Index } from './index.ts';
import { Logs } from './logs.ts';
import type { FolderTopology, Topic } from './protocol.ts';
import { Server } from './server/server.ts';
import { StatusItem } from './status.ts';
import { findingsTree, servicesTree, topicsTree } from './trees/model.ts';
import { View } from './trees/view.ts';

export class App {
  readonly logs: Logs;
  readonly index: Index;
  readonly server: Server;
  readonly documents: Documents;
  readonly graph: GraphPanel;
  readonly views: Readonly<Record<'topics' | 'services' | 'findings', View>>;

  private constructor(context: vscode.ExtensionContext) {
    this.logs = new Logs();
    this.index = new Index(this.logs);
    this.server = new Server(context, this.logs, (client) => this.index.prepare(client));
    this.documents = new Documents();
    this.graph = new GraphPanel(context, this.server, this.index, this.logs, {
      choose: (folder, id) => this.chooseEnvironment(folder, id),
    });
    this.views = {
      topics: new View('topicls.topics', this.index, topicsTree),
      services: new View('topicls.services', this.index, servicesTree),
      findings: new View('topicls.findings', this.index, findingsTree),
    };
    context.subscriptions.push(
      this.logs,
      this.index,
      this.server,
      this.documents,
      this.graph,
      ...Object.values(this.views),
      new StatusItem(this.server, this.index),
      this.server.onDidChangeState(() => void this.index.follow(this.server.client)),
      this.index.onDidChange(() => {
        if (this.index.ready) void Detection.remember(context.workspaceState, this.topics().length > 0);
      }),
      vscode.workspace.onDidChangeConfiguration((e) => {
        if (e.affectsConfiguration('topicls.server')) void this.server.restart();
      }),
      ...registerCommands(this),
    );
  }

  static async create(context: vscode.ExtensionContext, why: string): Promise<App> {
    const app = new App(context);
    app.logs.extension.info(`started: ${why}`);
    await vscode.commands.executeCommand('setContext', 'topicls.active', true);
    void app.server.start();
    return app;
  }

  /** Every known topic of all folders. */
  topics(): { readonly folder: FolderTopology; readonly topic: Topic }[] {
    return this.index.known?.topology.folders.flatMap((folder) => folder.topics.map((topic) => ({ folder, topic }))) ?? [];
  }

  async chooseEnvironment(folder: string, id: string): Promise<void> {
    const client = this.server.client;
    if (!client) throw new Error('the server does not run');
    await client.sendRequest('workspace/executeCommand', {
      command: 'topicls.chooseEnvironment',
      arguments: [{ folder, environment: id }],
    });
    await this.index.refresh();
  }

  async focus(): Promise<void> {
    await vscode.commands.executeCommand('topicls.topics.focus');
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
