/** Read-only documents that Topicls writes: why a name is what it is, the report. */
import * as vscode from 'vscode';

export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  static readonly scheme = 'topicls';
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: { dispose(): unknown }[];

  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(Documents.scheme, this),
      vscode.workspace.onDidCloseTextDocument((d) => {
        if (d.uri.scheme === Documents.scheme) this.#texts.delete(d.uri.path);
      }),
    ];
  }

  /** Puts a text under a name, a document that is open already shows it. */
  put(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: Documents.scheme, path: '/' + name });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? 'This text is gone. Run the command again that showed it.\n';
  }

  dispose(): void {
    for (const s of this.#subscriptions) s.dispose();
  }
}
