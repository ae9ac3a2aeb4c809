/** What VS Code's own providers answer to the questions that all editors are asked. */
import * as vscode from 'vscode';

export interface Ask {
  readonly name: string;
  readonly method: string;
  readonly file?: string;
  readonly params?: { readonly position?: { line: number; character: number }; readonly newName?: string; readonly query?: string };
  readonly after?: boolean;
  readonly answer: readonly string[];
}

export interface Facts {
  readonly edit: { readonly file: string; readonly line: number; readonly from: string; readonly to: string };
  readonly asks: readonly Ask[];
}

/** Waits for what no event tells of. */
export async function until<T>(what: string, ask: () => T | Promise<T>, limit = 20_000): Promise<NonNullable<T>> {
  for (const end = Date.now() + limit; ;) {
    const v = await ask();
    if (v) return v;
    if (Date.now() > end) throw new Error(`not within ${limit / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

export const at = (file: string): vscode.Uri => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('no folder is open');
  return vscode.Uri.joinPath(folder.uri, file);
};

const provider: Readonly<Record<string, string>> = {
  'textDocument/definition': 'vscode.executeDefinitionProvider',
  'textDocument/declaration': 'vscode.executeDeclarationProvider',
  'textDocument/implementation': 'vscode.executeImplementationProvider',
  'textDocument/references': 'vscode.executeReferenceProvider',
};

function range(r: vscode.Range): object {
  return { start: { line: r.start.line, character: r.start.character }, end: { line: r.end.line, character: r.end.character } };
}

export function shown(file: string): object[] {
  return vscode.languages
    .getDiagnostics(at(file))
    .filter((d) => d.source === 'topicls')
    .map((d) => ({
      line: d.range.start.line + 1,
      code: typeof d.code === 'object' ? String(d.code.value) : String(d.code),
      message: d.message,
    }));
}

/** The answer in LSP's form. */
export async function answer(ask: Ask): Promise<unknown> {
  const run = <T>(command: string, ...args: unknown[]): Thenable<T> => vscode.commands.executeCommand<T>(command, ...args);
  if (ask.method === 'workspace/symbol') {
    const symbols = await run<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', ask.params?.query ?? '');
    return symbols.map((s) => ({ name: s.name, location: { uri: s.location.uri.toString(), range: range(s.location.range) } }));
  }
  const file = ask.file ?? '';
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(at(file)));
  if (ask.method === 'diagnostics') {
    await until(ask.name, () => shown(file).length === ask.answer.length).catch(() => undefined);
    return shown(file);
  }
  const position = new vscode.Position(ask.params?.position?.line ?? 0, ask.params?.position?.character ?? 0);
  if (ask.method === 'textDocument/hover') {
    const hovers = await run<vscode.Hover[]>('vscode.executeHoverProvider', at(file), position);
    const value = hovers.flatMap((h) => h.contents.map((c) => (c as vscode.MarkdownString).value)).join('\n');
    return value ? { contents: { value } } : null;
  }
  if (ask.method === 'textDocument/rename') {
    const edit = await run<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', at(file), position, ask.params?.newName);
    return {
      changes: Object.fromEntries(
        edit.entries().map(([uri, edits]) => [uri.toString(), edits.map((e) => ({ range: range(e.range), newText: e.newText }))]),
      ),
    };
  }
  const command = provider[ask.method];
  if (!command) throw new Error(`what answers ${ask.method}?`);
  const places = await run<(vscode.Location | vscode.LocationLink)[]>(command, at(file), position);
  return places.map((p) =>
    'targetUri' in p
      ? { targetUri: p.targetUri.toString(), targetSelectionRange: range(p.targetSelectionRange ?? p.targetRange) }
      : { uri: p.uri.toString(), range: range(p.range) },
  );
}
