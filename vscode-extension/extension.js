// Starts `topicls serve` and leaves everything else to the language client.
'use strict';

const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

/** @type {LanguageClient | undefined} */
let client;

// What Topicls answers about, whatever language VS Code takes it for.
const documentSelector = [
  { scheme: 'file', pattern: '**/*.{py,pyw,java,kt,go,js,mjs,cjs,jsx,ts,mts,cts,tsx,cs,yml,yaml,json,properties,conf,toml,env}' },
  { scheme: 'file', pattern: '**/{.env,.env.*,Dockerfile,Dockerfile.*,*.dockerfile}' },
];

async function start() {
  const [command, ...args] = vscode.workspace.getConfiguration('topicls').get('command');
  client = new LanguageClient('topicls', 'Topicls', { command, args }, { documentSelector });
  try {
    await client.start();
  } catch (err) {
    client = undefined;
    const choice = await vscode.window.showErrorMessage(
      `Topicls: ${command} does not start (${err.message}). Run "make install" in its repository, or set its path.`, 'Set the path');
    if (choice) await vscode.commands.executeCommand('workbench.action.openSettings', 'topicls.command');
  }
}

async function stop() {
  const old = client;
  client = undefined;
  await old?.dispose();
}

async function restart() {
  await stop();
  await start();
}

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand('topicls.restart', restart),
    vscode.workspace.onDidChangeConfiguration((e) => e.affectsConfiguration('topicls.command') && restart()),
  );
  void start();
};

exports.deactivate = stop;
