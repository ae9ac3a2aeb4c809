/**
 * A real VS Code workbench (code-server) on a free loopback port, with the packed
 * extension, and a Chromium that can reach nothing else. Nothing of it outlives
 * this process, however that ends.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type Browser } from 'playwright-core';

/** Nothing here asks the network for anything, nor covers what is tested. */
const quiet = {
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.reduceMotion': 'on', // no fades: a screenshot never shows half a hover
  'telemetry.telemetryLevel': 'off',
  'telemetry.feedback.enabled': false,
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'git.enabled': false,
  'npm.fetchOnlinePackageInfo': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'json.schemaDownload.enable': false,
  'http.fetchAdditionalSupport': false,
  'files.simpleDialog.enable': true,
  'editor.minimap.enabled': false,
  'editor.hover.delay': 150,
  'editor.cursorBlinking': 'solid',
  'breadcrumbs.enabled': false,
  'window.commandCenter': false,
  'window.menuBarVisibility': 'compact',
};

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this with scripts/vscode.sh`);
  return value;
}

const running = new Map<number, string>();
const folders = new Set<string>();
process.on('exit', () => {
  for (const pid of running.keys()) kill(pid, 'SIGKILL');
  for (const d of [...running.values(), ...folders]) rmSync(d, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  process.once(signal, () => process.exit(code));

/** The whole process group: wrapper, server, extension hosts, language servers. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // gone
  }
}

/** A folder that goes away with this process; its path is free of symbolic links. */
export function temporary(prefix: string): string {
  const d = realpathSync(mkdtempSync(path.join(tmpdir(), prefix)));
  folders.add(d);
  return d;
}

export interface Options {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Run with workspace trust, as the desktop has it. */
  readonly trust?: boolean;
  readonly serverOptions?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export class Workbench {
  readonly url: string;
  readonly root: string;
  readonly #child: ChildProcess;
  readonly #port: number;

  private constructor(root: string, port: number, child: ChildProcess) {
    this.root = root;
    this.#port = port;
    this.#child = child;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(options: Options = {}): Promise<Workbench> {
    // A short path: the session's socket lies in it, and sockets' paths are short.
    const root = mkdtempSync(path.join(tmpdir(), 'cs-'));
    mkdirSync(path.join(root, 'data/User'), { recursive: true });
    for (const d of ['run', 'tmp']) mkdirSync(path.join(root, d), { mode: 0o700 });
    const settings = { ...quiet, ...options.settings, ...(options.trust ? { 'security.workspace.trust.enabled': true } : {}) };
    writeFileSync(path.join(root, 'data/User/settings.json'), JSON.stringify(settings, null, 2));
    writeFileSync(path.join(root, 'config.yaml'), '{}\n');
    const env = environment(root, options.env);
    // What `code --install-extension` does.
    commandLine(root, env, '--install-extension', fromEnvironment('TOPICLS_VSIX'), '--force');
    const port = await freePort();
    const log = openSync(path.join(root, 'server.log'), 'w');
    const child = spawn(
      process.execPath,
      [
        ...program(root),
        ...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-proxy'],
        ...['--disable-getting-started-override', '--ignore-last-opened', ...(options.trust ? [] : ['--disable-workspace-trust'])],
        ...(options.serverOptions ?? []).flatMap((o) => ['--vscode-option', o]),
      ],
      { env, detached: true, stdio: ['ignore', log, log] },
    );
    closeSync(log);
    if (child.pid === undefined) throw new Error('code-server does not start');
    running.set(child.pid, root);
    const workbench = new Workbench(root, port, child);
    await until('code-server answers', async () => {
      if (child.exitCode !== null) throw new Error('code-server ended:\n' + readFileSync(path.join(root, 'server.log'), 'utf8'));
      return (await fetch(workbench.url + '/healthz').catch(() => undefined))?.ok;
    });
    return workbench;
  }

  /** The address of a folder, with files to open in it. */
  address(folder: string, payload: readonly (readonly [string, string])[] = [], ...files: string[]): string {
    const query = new URLSearchParams({ folder });
    const all = [...payload, ...files.map((f) => ['openFile', this.uri(path.join(folder, f))] as const)];
    if (all.length > 0) query.set('payload', JSON.stringify(all));
    return `${this.url}/?${query.toString()}`;
  }

  uri(file: string): string {
    return `vscode-remote://127.0.0.1:${this.#port}${encodeURI(file).replace(/[#?]/g, encodeURIComponent)}`;
  }

  /** Runs the command line of VS Code on this workbench's extensions, and gives what it prints. */
  cli(...args: string[]): string {
    return commandLine(this.root, environment(this.root), ...args);
  }

  /** The language servers that run in it: programs of the installed extension, but for those that are asked for their version. */
  servers(): number[] {
    return processes().filter((pid) => executable(pid)?.startsWith(path.join(this.root, 'extensions')) && argument(pid) === 'serve');
  }

  async stop(): Promise<void> {
    const pid = this.#child.pid;
    if (pid === undefined) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    kill(pid, 'SIGTERM');
    await Promise.race([gone, wait(5000, undefined, { ref: false })]);
    kill(pid, 'SIGKILL');
    running.delete(pid);
    if (!process.env.KEEP) rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    else console.log('kept', this.root);
  }
}

/** code-server's program, with its folders in root. */
function program(root: string): string[] {
  return [
    path.join(fromEnvironment('TOPICLS_WORKBENCH'), 'node_modules/code-server/out/node/entry.js'),
    ...['--config', path.join(root, 'config.yaml'), '--user-data-dir', path.join(root, 'data')],
    ...['--extensions-dir', path.join(root, 'extensions')],
  ];
}

function commandLine(root: string, env: NodeJS.ProcessEnv, ...args: string[]): string {
  return execFileSync(process.execPath, [...program(root), ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function environment(root: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([k]) => !/^(VSCODE_|npm_|CODE_SERVER|NODE_)/.test(k));
  const xdg = (name: string): string => path.join(root, 'xdg', name);
  return {
    ...Object.fromEntries(own),
    ...{ XDG_CONFIG_HOME: xdg('config'), XDG_DATA_HOME: xdg('data'), XDG_CACHE_HOME: xdg('cache') },
    ...{ XDG_RUNTIME_DIR: path.join(root, 'run'), TMPDIR: path.join(root, 'tmp') },
    EXTENSIONS_GALLERY: '{}', // no marketplace, so nothing looks for one
    ...more,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const s = createServer();
    s.on('error', reject);
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address() as AddressInfo;
      s.close(() => resolve(port));
    });
  });
}

function processes(): number[] {
  return readdirSync('/proc').map(Number).filter(Boolean);
}

function executable(pid: number): string | undefined {
  try {
    return realpathSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

/** The first argument of a process. */
function argument(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1];
  } catch {
    return undefined;
  }
}

/**
 * How long a test waits for what is to happen, in milliseconds: many times what it takes, so that
 * a machine that has much else to do is no failure. Nothing waits longer than it must.
 */
export const patience = 120_000;

/** The limit of a test, which waits for several things. */
export const limit = { timeout: 5 * patience };

/** Waits for what no event tells of; it asks again and again, with a limit. */
export async function until<T>(what: string, ask: () => T | Promise<T>, within = patience): Promise<NonNullable<T>> {
  for (const end = Date.now() + within; ;) {
    const v = await ask();
    if (v) return v;
    if (Date.now() > end) throw new Error(`not within ${within / 1000} s: ${what}`);
    await wait(40);
  }
}

export function launch(): Promise<Browser> {
  const programs = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executablePath = programs.find((p) => p && existsSync(p));
  return chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    ],
  });
}
