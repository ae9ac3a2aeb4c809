/**
 * Which program is the server, and whether it can run here: the setting
 * topicls.server.path, then the one inside the extension, then the PATH. A program
 * that can't run is told of with what to do about it. Knows nothing of VS Code.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { builtFor, enough, type Built } from './binary.ts';

export type Origin = 'setting' | 'bundled' | 'path';

export interface Program {
  readonly path: string;
  readonly origin: Origin;
  readonly version: string;
}

/** Why there is no program to start, for a person. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

export interface Where {
  /** The setting; empty when it is not set. */
  readonly configured: string;
  /** The extension's own folder. */
  readonly extension: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

export async function findProgram(where: Where): Promise<Program> {
  const file = where.platform === 'win32' ? 'topicls.exe' : 'topicls';
  if (where.configured) {
    const path = await locate(expandHome(where.configured), where.env);
    if (!path)
      throw new ProgramError(
        `The server ${where.configured} (setting topicls.server.path) does not exist or is not executable.`,
        'Correct the setting, or clear it to use the server inside the extension.',
      );
    return { path, origin: 'setting', version: await probe(path, 'setting', where) };
  }
  const bundled = join(where.extension, 'bin', file);
  if (await executable(bundled)) return { path: bundled, origin: 'bundled', version: await probe(bundled, 'bundled', where) };
  const found = await locate(file, where.env);
  if (found) return { path: found, origin: 'path', version: await probe(found, 'path', where) };
  throw new ProgramError(
    `This package of the extension has no server for ${where.platform} ${where.arch}, and there is no ${file} on the PATH.`,
    'Install the package for your platform, or build topicls ("make install" in its repository) and set topicls.server.path.',
  );
}

function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') || path.startsWith('~\\') ? join(homedir(), path.slice(1)) : path;
}

async function locate(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (isAbsolute(name)) return (await executable(name)) ? name : undefined;
  if (/[\\/]/.test(name)) return undefined; // relative to what?
  for (const folder of (env.PATH ?? env.Path ?? '').split(delimiter)) {
    if (isAbsolute(folder) && (await executable(join(folder, name)))) return join(folder, name);
  }
  return undefined;
}

async function executable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs `topicls version`: it must start, and be topicls. */
async function probe(path: string, origin: Origin, where: Where): Promise<string> {
  const built = await builtForAt(path); // systems run another one's programs as scripts
  if (built && (built.platform !== where.platform || !runs(built, where)))
    throw new ProgramError(
      `${path} is a program for ${built.platform} ${built.arch}, and this is ${where.platform} ${where.arch}.`,
      elsewhere[origin],
    );
  const { error, stdout, stderr } = await new Promise<{ error: Error | null; stdout: string; stderr: string }>((resolve) => {
    execFile(path, ['version'], { timeout: 20_000, windowsHide: true }, (error, stdout, stderr) => resolve({ error, stdout, stderr }));
  });
  const version = /^topicls (.*)/.exec(stdout)?.[1]?.trim();
  if (!error && version) return version;
  throw explain(path, origin, where, error, stderr);
}

/** macOS and Windows run x64 on arm64 too. */
function runs(built: Built, where: Where): boolean {
  return built.arch === where.arch || (built.arch === 'x64' && where.arch === 'arm64' && where.platform !== 'linux');
}

async function builtForAt(path: string): Promise<Built | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(enough), 0, enough, 0);
    return builtFor(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

const elsewhere: Record<Origin, string> = {
  setting: 'Correct the setting topicls.server.path, or clear it to use the server inside the extension.',
  bundled: 'Install the package of the extension for your platform, or set topicls.server.path to a topicls that was built here.',
  path: 'Build topicls again on this machine, or set topicls.server.path.',
};

/** What is wrong with a program that was started and failed. */
export function explain(
  path: string,
  origin: Origin,
  where: Pick<Where, 'platform' | 'arch'>,
  error: Error | null,
  stderr: string,
): ProgramError {
  const code = error && 'code' in error ? error.code : undefined;
  const said = stderr.trim().split('\n')[0] ?? '';
  const libc = /version [`'](GLIBC_[\d.]+)' not found/.exec(stderr);
  if (libc)
    return new ProgramError(`${path} needs ${libc[1] ?? 'a newer libc'}, which is newer than this system's C library.`, elsewhere[origin]);
  if (code === 'ENOEXEC' || code === 'UNKNOWN' || /exec format|bad CPU type|cannot execute/i.test(`${error?.message ?? ''} ${stderr}`))
    return new ProgramError(`${path} is not a program for this machine (${where.platform} ${where.arch}).`, elsewhere[origin]);
  if (code === 'EACCES' || code === 'EPERM')
    return new ProgramError(
      `${path} may not be run (${code}).`,
      where.platform === 'darwin'
        ? 'Allow it in System Settings, Privacy & Security, or remove its quarantine attribute.'
        : 'Make it executable, or have it on a file system that programs may be run from.',
    );
  if (code === 'ENOENT')
    return new ProgramError(`${path} can't be started: its loader or C library is missing on this system.`, elsewhere[origin]);
  if (!error) return new ProgramError(`${path} is not topicls: it does not tell its version.`, elsewhere[origin]);
  return new ProgramError(`${path} does not start: ${said || error.message}.`, elsewhere[origin]);
}
