/**
 * What VS Code loads in every window: a few kilobytes that find out whether the
 * workspace has Kafka. Everything else (app.ts) is loaded when it does, or when
 * somebody asks for it by a command or by opening a view.
 */
import * as vscode from 'vscode';
import type { App } from './app.ts';
import { Detection } from './detect.ts';

let app: Promise<App> | undefined;

/** What tests of other extensions, and ours, may use. */
export interface Api {
  /** Starts Topicls if it has not started, and returns it. */
  start(why: string): Promise<App>;
  /** Resolves when the workspace was looked through, whether or not Topicls started. */
  readonly looked: Promise<void>;
  readonly started: boolean;
}

export function activate(context: vscode.ExtensionContext): Api {
  const start = (why: string): Promise<App> => {
    app ??= import('./app.ts').then((module) => module.App.create(context, why));
    return app;
  };
  // Commands that make sense before anything runs; app.ts does what they ask for.
  const commands = vscode.commands.registerCommand('topicls.start', async () => (await start('it was asked for')).focus());
  // A graph that was open when the window was closed.
  const graphs = vscode.window.registerWebviewPanelSerializer('topicls.graph', {
    deserializeWebviewPanel: async (panel) => (await start('the graph was open')).graph.restore(panel),
  });
  context.subscriptions.push(commands, graphs);

  const mode = vscode.workspace.getConfiguration('topicls').get<string>('start');
  let looked = Promise.resolve();
  if (mode === 'always') {
    void start('the setting topicls.start says so');
  } else if (mode !== 'never') {
    const detection = new Detection(context.workspaceState, (why) => void start(why));
    context.subscriptions.push(detection);
    looked = detection.run();
  }
  return {
    start,
    looked,
    get started() {
      return app !== undefined;
    },
  };
}

export async function deactivate(): Promise<void> {
  await (await app)?.stop();
}
