/**
 * Finds out whether a workspace has Kafka, for next to nothing: manifests and
 * compose files are searched for words (a bounded number, once per window), then
 * what people open. Nothing is indexed and no program is started for it.
 */
import * as vscode from 'vscode';
import { foreign, languages, limits, manifests, ownFile, speaksOfKafka } from './kafka.ts';

const remembered = 'topicls.hasKafka';

export class Detection implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #found: (why: string) => void;
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #cancel = new vscode.CancellationTokenSource();
  #done = false;

  /** Calls found once, with what told of Kafka, as soon as something does. */
  constructor(memory: vscode.Memento, found: (why: string) => void) {
    this.#memory = memory;
    this.#found = found;
  }

  /** Begins to look. It returns when the workspace was looked through. */
  async run(): Promise<void> {
    if (this.#memory.get<boolean>(remembered)) {
      this.#tell('it had Kafka the last time');
      return;
    }
    const look = (document: vscode.TextDocument) => this.#look(document);
    this.#subscriptions.push(
      vscode.workspace.onDidOpenTextDocument(look),
      vscode.workspace.onDidSaveTextDocument(look),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.#search()),
    );
    vscode.workspace.textDocuments.forEach(look);
    await this.#search();
  }

  /** Remembers for the next window whether the index found any topic. */
  static async remember(memory: vscode.Memento, hasKafka: boolean): Promise<void> {
    await memory.update(remembered, hasKafka ? true : undefined);
  }

  dispose(): void {
    this.#done = true;
    this.#cancel.cancel();
    this.#cancel.dispose();
    for (const s of this.#subscriptions.splice(0)) s.dispose();
  }

  #tell(why: string): void {
    if (this.#done) return;
    this.dispose();
    this.#found(why);
  }

  #look(document: vscode.TextDocument): void {
    if (this.#done || document.uri.scheme !== 'file') return;
    const name = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
    if (!languages.includes(document.languageId) && !manifestName.test(name)) return;
    if (speaksOfKafka(document.getText().slice(0, limits.bytes)))
      this.#tell(`${vscode.workspace.asRelativePath(document.uri)} speaks of Kafka`);
  }

  async #search(): Promise<void> {
    if (!vscode.workspace.workspaceFolders) return;
    const files = await vscode.workspace.findFiles(manifests, foreign, limits.files, this.#cancel.token).then(
      (found) => found,
      () => [],
    );
    const rest = files.values();
    const worker = async (): Promise<void> => {
      for (const uri of rest) {
        if (this.#done) return;
        if (uri.path.endsWith('/' + ownFile) || speaksOfKafka(await readStart(uri))) {
          this.#tell(`${vscode.workspace.asRelativePath(uri)} speaks of Kafka`);
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: limits.atOnce }, worker));
  }
}

const manifestName = /\.(xml|gradle|kts|toml|json|txt|in|cfg|mod|csproj|props|ya?ml|properties)$/i;

async function readStart(uri: vscode.Uri): Promise<string> {
  try {
    const stat = await vscode.workspace.fs.stat(uri);
    if (stat.size > limits.bytes) return '';
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return ''; // gone, or not ours to read
  }
}
