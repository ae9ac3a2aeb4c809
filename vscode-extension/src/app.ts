/** Everything that runs where there is Kafka, wired together. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { registerCommands } from './commands.ts';
import { Detection } from './detect.ts';
import { Documents } from './documents.ts';
import { GraphPanel } from './graph/panel.ts';
import { Index, type Known } from './index.ts';
import { Logs } from './logs.ts';
import type { FolderTopology, Topic } from './protocol.ts';
import { Server } from './server/server.ts';
import { StatusItem } from './status.ts';
import { findingsTree, servicesTree, topicsTree } from './trees/model.ts';
import { View } from './trees/view.ts';

const chosenEnvironments = 'topicls.chosenEnvironments';

export class App {
  readonly #memory: vscode.Memento;
  readonly #told = new WeakMap<LanguageClient, Set<string>>(); // folders of which a server knows what was chosen
  readonly logs: Logs;
  readonly index: Index;
  readonly server: Server;
  readonly documents: Documents;
  readonly graph: GraphPanel;
  readonly views: Readonly<Record<'topics' | 'services' | 'findings', View>>;

  private constructor(context: vscode.ExtensionContext) {
    this.#memory = context.workspaceState;
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
      this.index.onDidChange((known) => {
        const client = this.server.client;
        if (client && known) void this.#chooseAgain(client, known);
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
    await choose(client, folder, id);
    await this.#memory.update(chosenEnvironments, { ...this.#chosen(), [folder]: id });
    await this.index.refresh();
  }

  /** What was chosen, by folder. The server forgets it when it ends. */
  #chosen(): Readonly<Record<string, string>> {
    return this.#memory.get<Record<string, string>>(chosenEnvironments, {});
  }

  /** Tells a server that has indexed a folder what was chosen for it before, once. */
  async #chooseAgain(client: LanguageClient, known: Known): Promise<void> {
    for (const { uri, environments } of known.topology.folders) {
      const id = this.#chosen()[uri];
      if (id === undefined || this.#told.get(client)?.has(uri)) continue;
      this.#told.set(client, (this.#told.get(client) ?? new Set()).add(uri));
      if (environments.some((e) => e.chosen && e.id === id)) continue;
      try {
        await choose(client, uri, id);
      } catch (err) {
        this.logs.extension.info(`the environment ${id} of ${uri} can't be chosen any more`, err);
      }
    }
  }

  async focus(): Promise<void> {
    await vscode.commands.executeCommand('topicls.topics.focus');
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}

async function choose(client: LanguageClient, folder: string, id: string): Promise<void> {
  await client.sendRequest('workspace/executeCommand', {
    command: 'topicls.chooseEnvironment',
    arguments: [{ folder, environment: id }],
  });
}
