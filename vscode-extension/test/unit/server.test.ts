import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { builtFor } from '../../src/server/binary.ts';
import { explain, findProgram, ProgramError, type Where } from '../../src/server/program.ts';
import { Queue } from '../../src/server/queue.ts';

const folder = mkdtempSync(join(tmpdir(), 'topicls-unit-'));
after(() => rmSync(folder, { recursive: true }));

/** A program that is a shell script. */
function script(path: string, text: string, mode = 0o755): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text, 'latin1');
  chmodSync(file, mode);
  return file;
}

const where = (more: Partial<Where>): Where => ({
  configured: '',
  extension: join(folder, 'nothing'),
  env: {},
  platform: 'linux',
  arch: 'x64',
  ...more,
});
/** The first bytes of a Linux program for a processor. */
function elf(machine: number): string {
  return '\x7fELF\x02\x01\x01' + '\0'.repeat(11) + String.fromCharCode(machine) + '\0'.repeat(20);
}

const good = '#!/bin/sh\necho "topicls 1.2.3 linux/amd64"\n';

suite('the server’s program', { skip: process.platform === 'win32' ? 'shell scripts' : false }, () => {
  test('is the configured one, then the bundled one, then the one on the PATH', async () => {
    const bundled = script('ext/bin/topicls', good);
    const onPath = script('path/topicls', good);
    const own = script('own/my topicls', good);
    const extension = join(folder, 'ext');
    const env = { PATH: `relative:${join(folder, 'path')}` };
    assert.deepEqual(await findProgram(where({ configured: own, extension, env })), {
      path: own,
      origin: 'setting',
      version: '1.2.3 linux/amd64',
    });
    assert.equal((await findProgram(where({ extension, env }))).path, bundled);
    assert.equal((await findProgram(where({ env }))).path, onPath);
    assert.equal((await findProgram(where({ configured: 'topicls', env }))).path, onPath);
  });

  const fails = async (w: Partial<Where>, message: RegExp, remedy: RegExp): Promise<void> => {
    await assert.rejects(findProgram(where(w)), (err) => {
      assert.ok(err instanceof ProgramError);
      assert.match(err.message, message);
      assert.match(err.remedy, remedy);
      return true;
    });
  };

  test('missing everywhere: says for which platform, and what to install', () =>
    fails({ platform: 'freebsd', arch: 'riscv64' }, /no server for freebsd riscv64/, /Install the package for your platform/));
  test('a setting that names nothing is not replaced by another program', () =>
    fails(
      { configured: '/no/such', extension: join(folder, 'ext') },
      /\/no\/such \(setting topicls\.server\.path\) does not exist/,
      /clear it/,
    ));
  test('relative paths are refused', () => fails({ configured: './topicls' }, /does not exist/, /Correct/));
  test('not executable', () => fails({ configured: script('plain', good, 0o644) }, /not executable/, /Correct/));
  test('another program', () => fails({ configured: script('other', '#!/bin/sh\necho hello\n') }, /is not topicls/, /Correct/));
  test('for another machine', () =>
    fails({ configured: script('binary', elf(0xb7)) }, /is a program for linux arm64, and this is linux x64/, /clear it/));
  test('its loader is missing', () =>
    fails({ configured: script('loader', '#!/no/such/ld.so\n') }, /loader or C library is missing/, /Correct/));
  test('a C library that is too old', () =>
    fails(
      { configured: script('glibc', '#!/bin/sh\necho "topicls: /lib/libc.so.6: version \\`GLIBC_2.99\' not found" >&2\nexit 1\n') },
      /needs GLIBC_2\.99, which is newer/,
      /Correct/,
    ));
  test('it fails: its own words', () =>
    fails({ configured: script('broken', '#!/bin/sh\necho "no luck" >&2\nexit 3\n') }, /does not start: no luck/, /Correct/));

  test('quarantine on macOS has its own remedy', () => {
    const err = Object.assign(new Error('spawn EPERM'), { code: 'EPERM' });
    assert.match(explain('/x', 'bundled', { platform: 'darwin', arch: 'arm64' }, err, '').remedy, /quarantine/);
  });
});

suite('what a program was built for', () => {
  const bytes = (...at: (readonly [number, number])[]): Uint8Array => {
    const b = new Uint8Array(512);
    for (const [i, v] of at) b[i] = v;
    return b;
  };
  const windows = bytes([0, 0x4d], [1, 0x5a], [0x3c, 0x80], [0x80, 0x50], [0x81, 0x45], [0x84, 0x64], [0x85, 0x86]);
  const mac = bytes([0, 0xcf], [1, 0xfa], [2, 0xed], [3, 0xfe], [4, 0x0c], [7, 0x01]);
  test('Linux, macOS, Windows', () => {
    assert.deepEqual(builtFor(Buffer.from(elf(0x3e), 'latin1')), { platform: 'linux', arch: 'x64' });
    assert.deepEqual(builtFor(mac), { platform: 'darwin', arch: 'arm64' });
    assert.deepEqual(builtFor(windows), { platform: 'win32', arch: 'x64' });
  });
  test('scripts and stumps are none', () => {
    for (const b of [Buffer.from(good), new Uint8Array(0), windows.subarray(0, 0x70), mac.subarray(0, 5)])
      assert.equal(builtFor(b), undefined);
  });
});

suite('the queue', () => {
  test('runs one task at a time, in order; those alike that wait are one', async () => {
    const queue = new Queue();
    const log: string[] = [];
    let goOn: () => void = () => undefined;
    let tell: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const task = (name: string) => async (): Promise<void> => {
      log.push(`${name} begins`);
      tell();
      await held;
      log.push(`${name} ends`);
    };
    const begun = new Promise<void>((resolve) => (tell = resolve));
    const all = [queue.run('restart', task('first'))];
    await begun;
    all.push(queue.run('restart', task('second')), queue.run('restart', task('joins the second')));
    all.push(queue.run('stop', task('stop')), queue.run('restart', task('third')));
    goOn();
    await Promise.all(all);
    assert.deepEqual(
      log.filter((l) => l.endsWith('begins')),
      ['first begins', 'second begins', 'stop begins', 'third begins'],
    );
    for (let i = 0; i < log.length; i += 2) assert.equal(log[i]?.split(' ')[0], log[i + 1]?.split(' ')[0]);
  });

  test('goes on after a failure', async () => {
    const queue = new Queue();
    const bad = queue.run('a', () => Promise.reject(new Error('no')));
    const fine = queue.run('b', () => Promise.resolve(1));
    await assert.rejects(bad, /no/);
    assert.equal(await fine, 1);
  });
});
