/**
 * Read-only documents that Topicls writes: why a name is what it is, the report.
 * Places in them, as FILE:LINE:COLUMN, are links.
 */
import * as vscode from 'vscode';

export class Documents implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.Disposable {
  static readonly scheme = 'topicls';
  readonly #texts = new Map<string, string>();
  readonly #folders = new Map<string, vscode.Uri>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: { dispose(): unknown }[];

  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(Documents.scheme, this),
      vscode.languages.registerDocumentLinkProvider({ scheme: Documents.scheme }, this),
      vscode.workspace.onDidCloseTextDocument((d) => {
        if (d.uri.scheme === Documents.scheme) this.#texts.delete(d.uri.path);
      }),
    ];
  }

  /** Puts a text under a name, a document that is open already shows it. */
  put(name: string, text: string, folder: vscode.Uri): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: Documents.scheme, path: '/' + name });
    this.#texts.set(uri.path, text);
    this.#folders.set(uri.path, folder);
    this.#changed.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? 'This text is gone. Run the command again that showed it.\n';
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const folder = this.#folders.get(document.uri.path);
    if (!folder) return [];
    return [...document.getText().matchAll(/([^\s:]+):(\d+):(\d+)/g)].map(({ index, 0: place, 1: file = '', 2: line, 3: column }) => {
      const range = new vscode.Range(document.positionAt(index), document.positionAt(index + place.length));
      return new vscode.DocumentLink(range, vscode.Uri.joinPath(folder, file).with({ fragment: `L${line ?? ''},${column ?? ''}` }));
    });
  }

  dispose(): void {
    for (const s of this.#subscriptions) s.dispose();
  }
}
