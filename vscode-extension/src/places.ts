import * as vscode from 'vscode';
import type { Location, Range } from './protocol.ts';

/** LSP's places as VS Code's; the server was told to count as VS Code does. */
export function toRange(r: Range): vscode.Range {
  return new vscode.Range(r.start.line, r.start.character, r.end.line, r.end.character);
}

export function toLocation(at: Location): vscode.Location {
  return new vscode.Location(vscode.Uri.parse(at.uri, true), toRange(at.range));
}

/** Opens a place, its range selected. */
export async function open(at: Location, beside = false): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.parse(at.uri, true), {
    selection: toRange(at.range),
    ...(beside ? { viewColumn: vscode.ViewColumn.Beside } : {}),
  });
}

/** A place where several may be meant: one is opened, several are peeked at. */
export async function goTo(from: Location | undefined, places: readonly Location[], nothing: string): Promise<void> {
  const [first] = places;
  if (!first) {
    void vscode.window.showInformationMessage(nothing);
    return;
  }
  if (places.length === 1) {
    await open(first);
    return;
  }
  const start = from ?? first;
  await open(start);
  const at = toLocation(start);
  await vscode.commands.executeCommand('editor.action.peekLocations', at.uri, at.range.start, places.map(toLocation), 'peek');
}
