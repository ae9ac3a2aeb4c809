/** What people can ask for by name: from the palette, a menu, a tree, the status item. */
import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import { serviceId, topicId } from './graph/model.ts';
import type { App } from './app.ts';
import { goTo, open, toLocation } from './places.ts';
import { method, type Explanation, type FolderTopology, type Location, type Position, type Topic } from './protocol.ts';
import { topicCounts, type Entry } from './trees/model.ts';
import type { View } from './trees/view.ts';

interface Chosen {
  readonly folder: FolderTopology;
  readonly topic: Topic;
}

export function registerCommands(app: App): vscode.Disposable[] {
  const commands: Record<string, (...args: never[]) => unknown> = {
    'topicls.restart': () => app.server.restart(),
    'topicls.showLogs': () => app.logs.choose(),
    'topicls.menu': () => menu(),
    'topicls.showGraph': () => app.graph.show(),
    'topicls.showInGraph': (e?: unknown) => showInGraph(app, entry(e)),
    'topicls.showReport': () => report(app),
    'topicls.goToProducers': (e?: unknown) => otherSide(app, entry(e), 'producers'),
    'topicls.goToConsumers': (e?: unknown) => otherSide(app, entry(e), 'consumers'),
    'topicls.findTopic': () => findTopic(app),
    'topicls.switchEnvironment': () => switchEnvironment(app),
    'topicls.explain': (e?: unknown) => explain(app, entry(e)),
    'topicls.revealInTree': () => revealInTree(app),
    'topicls.copyName': (e?: unknown) => copy(entry(e)),
    'topicls.openBeside': (e?: unknown) => openBeside(entry(e)),
    'topicls.showRule': (e?: unknown) => rule(entry(e)),
    'topicls.showReferences': (uri: string, position: Position, locations: Location[]) => references(uri, position, locations),
    'topicls.walkthrough': () => vscode.commands.executeCommand('workbench.action.openWalkthrough', 'topicls.topicls#topicls.start', false),
    'topicls.settings': () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:topicls.topicls'),
  };
  for (const [name, view] of Object.entries(app.views)) {
    commands[`topicls.filter.${name}`] = () => askFilter(view, name);
    commands[`topicls.clearFilter.${name}`] = () => {
      view.filter = '';
    };
  }
  return Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(name, async (...args: never[]) => {
      try {
        return await run(...args);
      } catch (err) {
        app.logs.extension.error(name, err);
        void vscode.window.showErrorMessage(`Topicls: ${err instanceof Error ? err.message : String(err)}`);
        return undefined;
      }
    }),
  );
}

/** Menus of editors pass other things than entries, such as the file's URI. */
function entry(arg: unknown): Entry | undefined {
  return typeof arg === 'object' && arg !== null && 'children' in arg && 'kind' in arg ? (arg as Entry) : undefined;
}

async function menu(): Promise<void> {
  const items: (vscode.QuickPickItem & { command?: string })[] = [
    { label: '$(type-hierarchy) Topology Graph', command: 'topicls.showGraph' },
    { label: '$(search) Find Topic…', command: 'topicls.findTopic' },
    { label: '$(book) Inventory Report', command: 'topicls.showReport' },
    { label: '$(server-environment) Choose Environment…', command: 'topicls.switchEnvironment' },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(output) Show Logs…', command: 'topicls.showLogs' },
    { label: '$(gear) Settings', command: 'topicls.settings' },
    { label: '$(debug-restart) Restart Server', command: 'topicls.restart' },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: 'Topicls' });
  if (picked?.command) await vscode.commands.executeCommand(picked.command);
}

/** The known topics that a place is about: those it is an endpoint of, or that its references lead to. */
async function topicsAt(app: App, uri: vscode.Uri, position: vscode.Position): Promise<Chosen[]> {
  const all = app.topics();
  const here = (at: Location | undefined): boolean => {
    const place = at && toLocation(at);
    return place?.uri.toString() === uri.toString() && place.range.contains(position);
  };
  const direct = all.filter(({ topic }) => [topic.location, ...[...topic.producers, ...topic.consumers].map((e) => e.location)].some(here));
  if (direct.length > 0) return direct;
  const references =
    (await vscode.commands.executeCommand<vscode.Location[] | undefined>('vscode.executeReferenceProvider', uri, position)) ?? [];
  const keys = new Set(references.map((l) => `${l.uri.toString()}:${l.range.start.line}`));
  const refers = (at: Location | undefined): boolean =>
    at !== undefined && keys.has(`${vscode.Uri.parse(at.uri).toString()}:${at.range.start.line}`);
  return all.filter(({ topic }) => [...topic.producers, ...topic.consumers].some((e) => refers(e.location)));
}

async function pickTopic(from: readonly Chosen[], title: string): Promise<Chosen | undefined> {
  if (from.length === 1) return from[0];
  const several = new Set(from.map((c) => c.folder.uri)).size > 1;
  const picked = await vscode.window.showQuickPick(
    from.map((chosen) => ({
      label: chosen.topic.name,
      description: topicCounts(chosen.topic) + (several ? ` · ${chosen.folder.name}` : ''),
      chosen,
    })),
    { title, placeHolder: 'Name of a topic', matchOnDescription: true },
  );
  return picked?.chosen;
}

/** The topic of a tree's entry, of the cursor, or one that is asked for. */
async function chooseTopic(app: App, e: Entry | undefined, title: string): Promise<Chosen | undefined> {
  if (e) return app.topics().find(({ folder, topic }) => topic.name === e.name && e.id.startsWith(folder.uri + '|'));
  const editor = vscode.window.activeTextEditor;
  const here = editor ? await topicsAt(app, editor.document.uri, editor.selection.active) : [];
  return pickTopic(here.length > 0 ? here : app.topics(), title);
}

async function otherSide(app: App, e: Entry | undefined, side: 'producers' | 'consumers'): Promise<void> {
  const chosen = await chooseTopic(app, e, side === 'producers' ? 'Go to Producers' : 'Go to Consumers');
  if (!chosen) return;
  const places = chosen.topic[side].flatMap((x) => x.location ?? []);
  const editor = vscode.window.activeTextEditor;
  const from = editor && !e ? { uri: editor.document.uri.toString(), range: toPlain(editor.selection) } : undefined;
  await goTo(from, places, `No ${side.slice(0, -1)} of ${chosen.topic.name} was found in this workspace.`);
}

function toPlain(r: vscode.Range): Location['range'] {
  return {
    start: { line: r.start.line, character: r.start.character },
    end: { line: r.end.line, character: r.end.character },
  };
}

async function findTopic(app: App): Promise<void> {
  const chosen = await pickTopic(app.topics(), 'Find Topic');
  if (chosen) await app.views.topics.reveal((x) => x.name === chosen.topic.name && (x.kind === 'topic' || x.kind === 'deadLetter'));
}

async function revealInTree(app: App): Promise<void> {
  const chosen = await chooseTopic(app, undefined, 'Show in the Topics View');
  if (chosen) await app.views.topics.reveal((x) => x.name === chosen.topic.name && (x.kind === 'topic' || x.kind === 'deadLetter'));
}

async function showInGraph(app: App, e?: Entry): Promise<void> {
  if (e && (e.kind === 'service' || e.kind === 'program' || e.kind === 'broker')) {
    const folder = app.index.known?.topology.folders.find((f) => e.id.startsWith(f.uri + '|'));
    if (folder && e.name !== undefined) app.graph.show(serviceId(folder.uri, e.name));
    return;
  }
  const chosen = await chooseTopic(app, e, 'Show in the Graph');
  if (chosen) app.graph.show(topicId(chosen.folder.uri, chosen.topic.name));
}

async function switchEnvironment(app: App): Promise<void> {
  const folders = app.index.known?.topology.folders ?? [];
  const items = folders.flatMap((f) =>
    f.environments.map((x) => ({
      label: `${x.chosen ? '$(check) ' : ''}${x.id}`,
      description: [x.kind, folders.length > 1 ? f.name : ''].filter(Boolean).join(' · '),
      detail: x.files.map((u) => vscode.workspace.asRelativePath(vscode.Uri.parse(u))).join(', '),
      folder: f.uri,
      id: x.id,
    })),
  );
  if (items.length === 0) {
    void vscode.window.showInformationMessage('No deployment file was found: there is nothing to choose from.');
    return;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Environment',
    placeHolder: 'Which deployment answers?',
    matchOnDetail: true,
  });
  if (picked) await app.chooseEnvironment(picked.folder, picked.id);
}

async function explain(app: App, e?: Entry): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const at = e?.at ?? (editor ? { uri: editor.document.uri.toString(), range: toPlain(editor.selection) } : undefined);
  const client = app.server.client;
  if (!at || !client) return;
  const answer = await client.sendRequest<Explanation | null>(method.explain, {
    textDocument: { uri: at.uri },
    position: at.range.start,
  });
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(at.uri));
  if (!answer || !folder) {
    void vscode.window.showInformationMessage('There is nothing of Kafka at this place.');
    return;
  }
  const uri = app.documents.put('Why.txt', answer.text, folder.uri);
  await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
}

async function report(app: App): Promise<void> {
  const state = app.server.state;
  if (state.kind !== 'running') throw new Error('the server does not run');
  const folders = app.index.known?.topology.folders ?? [];
  const folder =
    folders.length > 1
      ? (
          await vscode.window.showQuickPick(
            folders.map((f) => ({ label: f.name, folder: f })),
            { title: 'Report' },
          )
        )?.folder
      : folders[0];
  if (!folder) return;
  const environments = folder.environments.filter((x) => x.chosen).map((x) => x.id);
  const args = ['report', '--quiet', ...(environments.length === 1 && environments[0] ? ['--environment', environments[0]] : [])];
  const text = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Topicls: writing the report' }, () =>
    run(state.program.path, [...args, vscode.Uri.parse(folder.uri).fsPath]),
  );
  const uri = app.documents.put(`Kafka inventory of ${folder.name}.md`, text, vscode.Uri.parse(folder.uri));
  await vscode.commands.executeCommand('markdown.showPreview', uri);
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 64 * 1024 * 1024, windowsHide: true }, (err, stdout, stderr) => {
      if (err) reject(new Error(stderr.trim() || err.message));
      else resolve(stdout);
    });
  });
}

async function openBeside(e?: Entry): Promise<void> {
  if (e?.at) await open(e.at, true);
}

async function copy(e?: Entry): Promise<void> {
  if (!e) return;
  const text =
    e.kind === 'variable'
      ? `${e.label}=${e.description ?? ''}`
      : e.kind === 'service' || e.kind === 'program'
        ? e.label
        : (e.name ?? e.label);
  await vscode.env.clipboard.writeText(text);
}

async function rule(e?: Entry): Promise<void> {
  const href = e?.finding?.codeDescription?.href ?? e?.children.find((c) => c.finding?.codeDescription)?.finding?.codeDescription?.href;
  if (href) await vscode.env.openExternal(vscode.Uri.parse(href));
}

async function references(uri: string, position: Position, locations: readonly Location[]): Promise<void> {
  await vscode.commands.executeCommand(
    'editor.action.showReferences',
    vscode.Uri.parse(uri, true),
    new vscode.Position(position.line, position.character),
    locations.map(toLocation),
  );
}

/** The view follows while somebody types; Escape brings the filter before back. */
function askFilter(view: View, name: string): void {
  const before = view.filter;
  const input = vscode.window.createInputBox();
  input.title = `Filter ${name}`;
  input.placeholder = 'Words that must all be in a name, a service or a path';
  input.value = before;
  let accepted = false;
  input.onDidChangeValue((v) => {
    view.filter = v.trim();
  });
  input.onDidAccept(() => {
    accepted = true;
    input.hide();
  });
  input.onDidHide(() => {
    if (!accepted) view.filter = before;
    input.dispose();
  });
  input.show();
}
