/**
 * Runs inside the extension host of a real workbench, beside the packed extension;
 * test/e2e/exthost.test.ts starts it. What a test finds wrong is written to the
 * file that TOPICLS_REPORT names, with the answers to the questions of TOPICLS_FACTS.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension.ts';
import { answer, at, shown, until, type Facts } from './facts.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default?: unknown }>> };
  };
}

const file = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

const answers: Record<string, unknown> = {};
const facts = JSON.parse(readFileSync(file('TOPICLS_FACTS'), 'utf8')) as Facts;

function extension(): vscode.Extension<Api> {
  const it = vscode.extensions.getExtension<Api>('topicls.topicls');
  if (!it) throw new Error('the extension is not installed');
  return it;
}

async function ask(after: boolean): Promise<void> {
  for (const question of facts.asks) if ((question.after ?? false) === after) answers[question.name] = await answer(question);
}

/** Replaces a text on a line of a file, and does not save. */
async function replace(name: string, line: number, from: string, to: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(at(name));
  const start = document.lineAt(line).text.indexOf(from);
  assert.ok(start >= 0, `${from} is not on line ${line + 1}`);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(line, start, line, start + from.length), to);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

const tests: Readonly<Record<string, () => Promise<void>>> = {
  'the packed extension starts by itself in a workspace with Kafka': async () => {
    const api = await extension().activate();
    await api.looked;
    await until('it has started', () => api.started);
    assert.match(extension().extensionPath, /extensions[\\/]topicls\.topicls/);
  },
  'every command of the manifest is there': async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    const { commands } = (extension().packageJSON as Manifest).contributes;
    assert.ok(commands.length > 10);
    assert.deepEqual(
      commands.map((c) => c.command).filter((c) => !known.has(c)),
      [],
    );
  },
  'settings have the defaults of the manifest': () => {
    const { configuration } = (extension().packageJSON as Manifest).contributes;
    for (const [name, property] of Object.entries(configuration.properties))
      assert.deepEqual(vscode.workspace.getConfiguration().inspect(name)?.defaultValue, property.default, name);
    return Promise.resolve();
  },
  'what all editors are told': async () => {
    const [first] = facts.asks;
    assert.ok(first);
    await until('the index is ready', () => answer(first), 60_000);
    await ask(false);
  },
  'what all editors are told after an edit that is not saved': async () => {
    const { file: name, line, from, to } = facts.edit;
    await replace(name, line, from, to);
    await ask(true);
    await replace(name, line, to, from);
    await until('it is taken back', () => shown('eval_container/promoter.py').length === 2);
  },
  'lenses, hints, calls and fixes come through VS Code': async () => {
    const uri = at('eval_container/promoter.py');
    const whole = new vscode.Range(0, 0, 1000, 0);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 50);
    assert.ok(lenses.some((l) => l.command?.title === '1 consumer · 1 producer'));
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', uri, whole);
    assert.match(JSON.stringify(hints.map((h) => h.label)), /model-selected/);
    const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      new vscode.Range(81, 38, 81, 38),
    );
    assert.ok(
      fixes.some((f) => f.title.startsWith('Set ARCHIVE_BUCKET for eval')),
      fixes.map((f) => f.title).join(),
    );
    const text = (await vscode.workspace.openTextDocument(at('preprocess_container/main.py'))).getText().split('\n');
    const line = text.findIndex((l) => l.startsWith('def publish_training'));
    const [item] = await vscode.commands.executeCommand<vscode.CallHierarchyItem[]>(
      'vscode.prepareCallHierarchy',
      at('preprocess_container/main.py'),
      new vscode.Position(line, 6),
    );
    const calls = await vscode.commands.executeCommand<vscode.CallHierarchyOutgoingCall[]>('vscode.provideOutgoingCalls', item);
    assert.ok(
      calls.some((c) => c.to.name === 'training-data'),
      calls.map((c) => c.to.name).join(),
    );
  },
  'many restarts at once are one, and it answers afterwards': async () => {
    await Promise.all(Array.from({ length: 5 }, () => vscode.commands.executeCommand('topicls.restart')));
    const [first] = facts.asks;
    assert.ok(first);
    await until('it answers', () => answer(first));
  },
};

export async function run(): Promise<void> {
  const report: { name: string; error?: string }[] = [];
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      report.push({ name });
    } catch (err) {
      report.push({ name, error: err instanceof Error ? (err.stack ?? err.message) : String(err) });
    }
  }
  await vscode.workspace.saveAll(false);
  writeFileSync(file('TOPICLS_REPORT'), JSON.stringify({ report, answers }));
}
