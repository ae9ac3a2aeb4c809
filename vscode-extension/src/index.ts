/**
 * What the server knows, as the views show it: asked for when the server says
 * that it changed, one question at a time, the last answer kept.
 */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Logs } from './logs.ts';
import { Queue } from './server/queue.ts';
import { method, type Status, type Topology } from './protocol.ts';

export interface Known {
  readonly topology: Topology;
  readonly status: Status;
}

export class Index implements vscode.Disposable {
  readonly #logs: Logs;
  readonly #queue = new Queue();
  readonly #changed = new vscode.EventEmitter<Known | undefined>();
  #client: LanguageClient | undefined;
  #known: Known | undefined;

  /** Tells of each new answer; of undefined when there is no server. */
  readonly onDidChange = this.#changed.event;

  constructor(logs: Logs) {
    this.#logs = logs;
  }

  get known(): Known | undefined {
    return this.#known;
  }

  /** Whether every folder has been indexed (or can't be). */
  get ready(): boolean {
    return this.#known?.status.folders.every((f) => f.state !== 'indexing') ?? false;
  }

  /** Adds what the client must answer to; call it before the client starts. */
  prepare(client: LanguageClient): void {
    client.registerFeature({
      fillClientCapabilities: (capabilities) => {
        capabilities.experimental = {
          ...(capabilities.experimental as object | undefined),
          topicls: { didChangeTopology: true, commands: ['topicls.showReferences'] },
        };
      },
      initialize: () => undefined,
      getState: () => ({ kind: 'static' }),
      clear: () => undefined,
    });
    client.onNotification(method.didChangeTopology, () => void this.refresh());
  }

  /** Follows a client that runs, or none. */
  async follow(client: LanguageClient | undefined): Promise<void> {
    this.#client = client;
    if (client) {
      await this.refresh();
    } else {
      this.#known = undefined;
      this.#changed.fire(undefined);
    }
  }

  async refresh(): Promise<void> {
    await this.#queue.run('ask', () => this.#ask());
  }

  async #ask(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    try {
      const [topology, status] = await Promise.all([
        client.sendRequest<Topology>(method.topology),
        client.sendRequest<Status>(method.status),
      ]);
      if (this.#client !== client) return;
      this.#known = { topology, status };
      this.#changed.fire(this.#known);
    } catch (err) {
      if (this.#client === client) this.#logs.extension.warn('the server did not tell the topology', err);
    }
  }

  dispose(): void {
    this.#client = undefined;
    this.#changed.dispose();
  }
}
