/**
 * The language server's life: found, probed, started, restarted in order, given
 * up on with a reason. Everything that VS Code does with the protocol itself is
 * the language client's.
 */
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type LanguageClientOptions,
} from 'vscode-languageclient/node';
import type { Logs } from '../logs.ts';
import { findProgram, ProgramError, type Program } from './program.ts';
import { Queue } from './queue.ts';

export type ServerState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly program: Program }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: string };

// What Topicls answers about, whatever language VS Code takes it for.
const documentSelector = [
  {
    scheme: 'file',
    pattern: '**/*.{py,pyw,java,kt,go,js,mjs,cjs,jsx,ts,mts,cts,tsx,cs,yml,yaml,json,properties,conf,toml,env,avsc,proto}',
  },
  { scheme: 'file', pattern: '**/{.env,.env.*,Dockerfile,Dockerfile.*,*.dockerfile}' },
];

/** A server that ends this often within this time is not started again by itself. */
const crashes = { count: 4, within: 3 * 60_000 };

export class Server implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #logs: Logs;
  readonly #queue = new Queue();
  readonly #changed = new vscode.EventEmitter<ServerState>();
  readonly #prepare: (client: LanguageClient) => void;
  #state: ServerState = { kind: 'stopped' };
  #client: LanguageClient | undefined;
  #ended: number[] = [];

  readonly onDidChangeState = this.#changed.event;

  /** prepare is told of each client before it starts, to add its handlers. */
  constructor(context: vscode.ExtensionContext, logs: Logs, prepare: (client: LanguageClient) => void) {
    this.#context = context;
    this.#logs = logs;
    this.#prepare = prepare;
  }

  get state(): ServerState {
    return this.#state;
  }

  /** The client, while it can be asked. */
  get client(): LanguageClient | undefined {
    return this.#state.kind === 'running' ? this.#client : undefined;
  }

  start(): Promise<void> {
    return this.#queue.run('start', () => this.#start());
  }

  stop(): Promise<void> {
    return this.#queue.run('stop', () => this.#stop());
  }

  /** Stops and starts. Many calls at once are one restart. */
  restart(): Promise<void> {
    return this.#queue.run('restart', async () => {
      this.#logs.extension.info('restart');
      await this.#stop();
      this.#ended = [];
      await this.#start();
    });
  }

  dispose(): void {
    void this.stop().finally(() => this.#changed.dispose());
  }

  #set(state: ServerState): void {
    this.#state = state;
    this.#changed.fire(state);
  }

  async #start(): Promise<void> {
    if (this.#client) return;
    this.#set({ kind: 'starting' });
    const settings = vscode.workspace.getConfiguration('topicls.server');
    let program: Program;
    try {
      program = await findProgram({
        configured: settings.get<string>('path', '').trim(),
        extension: this.#context.extensionPath,
        env: process.env,
        platform: process.platform,
        arch: process.arch,
      });
    } catch (err) {
      this.#fail(err);
      return;
    }
    this.#logs.extension.info(`start ${program.path} (${program.origin}), version ${program.version}`);
    const args = ['serve', ...settings.get<string[]>('args', [])];
    const client = new LanguageClient(
      'topicls',
      'Topicls',
      { command: program.path, args },
      this.#options(() => this.#crashed(client)),
    );
    this.#client = client;
    client.onDidChangeState((e) => {
      if (this.#client === client && e.newState === State.Running) this.#set({ kind: 'running', program });
    });
    this.#prepare(client);
    try {
      await client.start();
    } catch (err) {
      this.#logs.extension.warn('the server did not start', err);
      this.#crashed(client);
    }
  }

  /** A server ended that nobody stopped: it is started again, unless it does so all the time. */
  #crashed(client: LanguageClient): void {
    if (this.#client !== client) return; // it was told of before, or stopped
    this.#client = undefined;
    void client.dispose().catch(() => undefined);
    const now = Date.now();
    this.#ended = [...this.#ended.filter((t) => now - t < crashes.within), now];
    if (this.#ended.length >= crashes.count) {
      this.#fail(new ProgramError(`The server ended ${crashes.count} times within three minutes.`, 'Its log may say why.'));
      return;
    }
    this.#logs.extension.warn('the server ended by itself; it is started again');
    this.#set({ kind: 'starting' });
    void this.start();
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client) await client.dispose(5000).catch((err: unknown) => this.#logs.extension.warn('the server did not stop in order', err));
    this.#set({ kind: 'stopped' });
  }

  #fail(err: unknown): void {
    const message = err instanceof Error ? err.message : String(err);
    const remedy = err instanceof ProgramError ? err.remedy : 'Its log may say more: run "Topicls: Show Logs".';
    this.#logs.extension.error(`${message} ${remedy}`);
    this.#set({ kind: 'failed', message, remedy });
    void this.#tell(message, remedy);
  }

  async #tell(message: string, remedy: string): Promise<void> {
    const path = 'Set Path';
    const log = 'Show Log';
    const again = 'Try Again';
    const choice = await vscode.window.showErrorMessage(`Topicls: ${message} ${remedy}`, again, path, log);
    if (choice === again) await this.restart();
    if (choice === path) await vscode.commands.executeCommand('workbench.action.openSettings', 'topicls.server.path');
    if (choice === log) this.#logs.extension.show();
  }

  #options(ended: () => void): LanguageClientOptions {
    return {
      documentSelector,
      diagnosticCollectionName: 'topicls',
      outputChannel: this.#logs.server,
      traceOutputChannel: this.#logs.trace,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: {
        // A stream that broke is followed by `closed`, which tells of it; the client's own message would cover that one.
        error: (err) => {
          this.#logs.extension.warn('the connection to the server', err.message);
          return { action: ErrorAction.Continue, handled: true };
        },
        closed: () => {
          ended();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
  }
}
