/** Tests inside the extension host (test/exthost), and what VS Code is told compared with other editors. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { launch, limit, patience, temporary, until, Workbench } from './workbench.ts';

const repository = path.join(import.meta.dirname, '../../..');
const facts = path.join(repository, 'internal/editortest/facts.json');

test('in the extension host', limit, async (t) => {
  const folder = path.join(temporary('ws-'), 'forecasting-pipeline');
  const carrier = temporary('exthost-');
  const report = path.join(temporary('report-'), 'report.json');
  cpSync(path.join(repository, 'examples/forecasting-pipeline'), folder, { recursive: true });
  copyFileSync(path.join(import.meta.dirname, '../exthost/package.json'), path.join(carrier, 'package.json'));
  await build({
    entryPoints: [path.join(import.meta.dirname, '../exthost/index.ts')],
    outfile: path.join(carrier, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  // A VS Code that was built runs no tests without this.
  const workbench = await Workbench.start({
    serverOptions: ['enable-smoke-test-driver'],
    env: { TOPICLS_FACTS: facts, TOPICLS_REPORT: report },
  });
  const browser = await launch();
  try {
    const page = await browser.newPage();
    let code: number | undefined;
    await page.exposeFunction('codeAutomationExit', (n: number) => {
      code = n;
    });
    await page.exposeFunction('codeAutomationLog', () => undefined);
    await page.goto(
      workbench.address(folder, [
        ['extensionDevelopmentPath', workbench.uri(carrier)],
        ['extensionTestsPath', workbench.uri(path.join(carrier, 'index.js'))],
        ['skipWelcome', 'true'],
      ]),
    );
    await until('the tests have ended', () => code !== undefined, 3 * patience);
  } finally {
    await browser.close();
    await workbench.stop();
  }
  const found = JSON.parse(readFileSync(report, 'utf8')) as { report: { name: string; error?: string }[]; answers: unknown };
  for (const { name, error } of found.report)
    await t.test(name, () => {
      assert.equal(error, undefined, error);
    });
  await t.test('VS Code is told what all editors are told', () => {
    const answers = path.join(path.dirname(report), 'answers.json');
    writeFileSync(answers, JSON.stringify(found.answers));
    const compare = ['run', './internal/editortest/compare', facts, answers, folder];
    console.log('      ' + execFileSync('go', compare, { cwd: repository, encoding: 'utf8' }).trim());
  });
});
