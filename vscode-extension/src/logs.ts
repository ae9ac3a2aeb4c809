import * as vscode from 'vscode';

/**
 * The three channels of Output: what the extension does, what the server says,
 * and the messages between them (with the setting topicls.trace.server).
 */
export class Logs implements vscode.Disposable {
  readonly extension = vscode.window.createOutputChannel('Topicls', { log: true });
  readonly server = vscode.window.createOutputChannel('Topicls Server', { log: true });
  readonly trace = vscode.window.createOutputChannel('Topicls Trace', { log: true });

  dispose(): void {
    this.extension.dispose();
    this.server.dispose();
    this.trace.dispose();
  }

  async choose(): Promise<void> {
    const picked = await vscode.window.showQuickPick(
      [
        { label: 'Server', description: 'what topicls says', channel: this.server },
        { label: 'Extension', description: 'starting, stopping, views', channel: this.extension },
        { label: 'Trace', description: 'the messages between both (setting topicls.trace.server)', channel: this.trace },
      ],
      { title: 'Topicls: Show Logs' },
    );
    picked?.channel.show();
  }
}
