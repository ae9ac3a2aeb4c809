/** What can go wrong, and what is odd: around the session of main.test.ts. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { Driver } from './driver.ts';
import { launch, limit, temporary, until, Workbench } from './workbench.ts';
import { many, shop, write } from './workspaces.ts';

let browser: Browser;
let workbench: Workbench;

before(async () => {
  workbench = await Workbench.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await workbench.stop();
});

/** Runs a test in a window of its own; the first failure leaves a screenshot. */
async function inWindow(name: string, run: (vs: Driver) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const vs = new Driver(await context.newPage());
  try {
    await run(vs);
    assert.deepEqual(vs.outside, []);
  } catch (err) {
    await vs.shot(`failure-${name}`).catch(() => undefined);
    throw err;
  } finally {
    await context.close();
    await until('its server has ended', () => workbench.servers().length === 0);
  }
}

/** The server inside the extension. */
function bundled(): string {
  return (
    readFileSync(path.join(workbench.root, 'extensions/extensions.json'), 'utf8').replace(
      /.*"fsPath":"([^"]*topicls[^"]*)".*|.*"path":"([^"]*topicls\.topicls[^"]*)".*/s,
      '$1$2',
    ) + '/bin/topicls'
  );
}

test('the command line installs it, lists it, and takes it away', limit, async () => {
  const other = await Workbench.start();
  try {
    assert.match(other.cli('--list-extensions', '--show-versions'), /^topicls\.topicls@\d+\.\d+\.\d+$/m);
    other.cli('--uninstall-extension', 'topicls.topicls');
    assert.doesNotMatch(other.cli('--list-extensions'), /topicls/);
  } finally {
    await other.stop();
  }
});

suite('where it is odd', () => {
  test('a path with a space, #, %, and an emoji', limit, () =>
    inWindow('odd-path', async (vs) => {
      const folder = path.join(temporary('ws-'), 'a b #1 %41 😀 é');
      shop(folder);
      await vs.open(workbench.address(folder, [], 'shop/main.py'));
      await vs.ready();
      const text = await vs.hover('ORDERS_TOPIC', 'producer.send', 'mailer/main.py');
      assert.match(text, /orders/);
      await vs.away();
      await vs.views();
      await vs.expand('Topics', /^orders/, /^Consumers/);
      await vs.expand('Topics', /^Consumers/, /^mailer/);
      await vs.row('Topics', /^mailer/).click();
      await vs.status('Ln 5, Col').waitFor();
      await vs.command('Topicls: Show Topology Graph');
      await vs.graph.select('orders');
      await vs.graph.details.locator('.row', { hasText: /^shop/ }).first().click();
      await vs.status('Ln 7, Col').waitFor();
    }),
  );

  test('two windows on one workspace: what one saves, the other shows', limit, () =>
    inWindow('two-windows', async (one) => {
      const folder = temporary('ws-');
      shop(folder);
      await one.open(workbench.address(folder, [], 'compose.yaml'));
      await one.ready();
      const context = await browser.newContext();
      const two = new Driver(await context.newPage());
      try {
        await two.open(workbench.address(folder));
        await two.ready();
        await two.views();
        await two.row('Topics', /^orders/).waitFor();
        await one.goToLine(7);
        await one.page.keyboard.press('End');
        await one.page.keyboard.type('-new');
        await one.command('File: Save');
        await two.row('Topics', /^orders-new/).waitFor();
      } finally {
        await context.close();
      }
    }),
  );

  test('a graph that is opened before the index is ready fills; it comes back with the window', limit, () =>
    inWindow('early-graph', async (vs) => {
      const folder = temporary('ws-');
      const go = path.join(temporary('go-'), 'go');
      const server = path.join(temporary('server-'), 'topicls');
      shop(folder);
      // A server that does not answer until it may.
      write(path.dirname(server), {
        topicls: `#!/bin/sh\n[ "$1" != serve ] || until [ -e '${go}' ]; do read -r _ < /proc/uptime; done\nexec '${bundled()}' "$@"\n`,
      });
      write(folder, { '.vscode/settings.json': JSON.stringify({ 'topicls.server.path': server }) });
      await vs.open(workbench.address(folder));
      await vs.status('Topicls').waitFor();
      await vs.command('Topicls: Show Topology Graph');
      await vs.graph.frame.locator('#note.busy', { hasText: 'reads the workspace' }).waitFor();
      await vs.shot('graph-before-index');
      writeFileSync(go, '');
      await vs.graph.node('orders').waitFor();
      await vs.graph.select('orders');
      await vs.command('Developer: Reload Window');
      await vs.page.locator('.monaco-workbench').waitFor({ state: 'detached' });
      await vs.graph.frame.locator('[data-node].selected', { hasText: 'orders' }).waitFor();
    }),
  );
});

suite('where something is missing', () => {
  test('without Kafka nothing starts, until a file speaks of it', limit, () =>
    inWindow('quiet', async (vs) => {
      const folder = temporary('ws-');
      write(folder, { 'package.json': '{"dependencies": {"express": "5.0.0"}}\n', 'index.js': "const express = require('express');\n" });
      await vs.open(workbench.address(folder, [], 'index.js'));
      await vs.editor.locator('.view-line', { hasText: 'express' }).waitFor();
      await vs.command('Developer: Show Running Extensions');
      await vs.page.locator('.editor-instance .extension', { hasText: 'Topicls' }).waitFor();
      assert.deepEqual(workbench.servers(), []);
      assert.equal(await vs.page.locator('.activitybar a[aria-label^="Topicls"]').count(), 0);
      await vs.openFile('index.js');
      await vs.page.keyboard.type("const { Kafka } = require('kafkajs');\n");
      await vs.command('File: Save');
      await until('a server runs', () => workbench.servers().length === 1);
      await vs.status(/0 topics/).waitFor();
      await vs.page.locator('.activitybar a[aria-label^="Topicls"]').waitFor();
    }),
  );

  test('a server that does not exist: what, and what to do; it starts when that is done', limit, () =>
    inWindow('no-server', async (vs) => {
      const folder = temporary('ws-');
      shop(folder);
      write(folder, { '.vscode/settings.json': JSON.stringify({ 'topicls.server.path': '/no/such/topicls' }) });
      await vs.open(workbench.address(folder));
      await vs.toast.filter({ hasText: '/no/such/topicls (setting topicls.server.path) does not exist' }).waitFor();
      await vs.shot('no-server');
      await vs.toast.getByText('Set Path').first().waitFor();
      write(folder, { '.vscode/settings.json': '{}' });
      await vs.ready();
    }),
  );

  test('a server that ends again and again is given up on, and can be started again', limit, () =>
    inWindow('crashes', async (vs) => {
      const folder = temporary('ws-');
      shop(folder);
      await vs.open(workbench.address(folder));
      await vs.ready();
      const killed = new Set<number>();
      for (let i = 0; i < 4; i++) {
        const pid = await until('a server runs', () => workbench.servers().find((p) => !killed.has(p)));
        killed.add(pid);
        process.kill(pid, 'SIGKILL');
      }
      await vs.toast.filter({ hasText: 'The server ended 4 times within three minutes' }).waitFor();
      await vs.toast.getByText('Try Again').first().click();
      await vs.ready();
    }),
  );

  test('a workspace that is not trusted can not say which program runs', limit, async () => {
    const folder = temporary('ws-');
    const trap = path.join(temporary('trap-'), 'sprung');
    shop(folder);
    write(folder, {
      'evil.sh': `#!/bin/sh\ntouch '${trap}'\n`,
      '.vscode/settings.json': JSON.stringify({ 'topicls.server.path': path.join(folder, 'evil.sh') }),
    });
    const careful = await Workbench.start({ trust: true, settings: { 'security.workspace.trust.startupPrompt': 'never' } });
    const page = await browser.newPage();
    try {
      const vs = new Driver(page);
      await vs.open(careful.address(folder));
      await vs.ready();
      await vs.status('Restricted Mode').waitFor();
      assert.equal(careful.servers().length, 1);
      assert.ok(!existsSync(trap), 'a program of the workspace was run');
      await vs.views();
      await vs.row('Topics', /^orders/).waitFor();
    } finally {
      await page.close();
      await careful.stop();
    }
  });
});

suite('where it is large', () => {
  test('the graph of 500 services: laid out, and fluent', limit, () =>
    inWindow('large', async (vs) => {
      const folder = temporary('ws-');
      many(folder, 500);
      await vs.open(workbench.address(folder));
      await vs.status(/500 topics/).waitFor();
      await vs.command('Topicls: Show Topology Graph');
      const asked = Date.now();
      await vs.graph.drawn();
      const drawn = Date.now() - asked;
      assert.equal((await vs.graph.names()).length, 1000);
      await vs.shot('graph-500');
      // Zooming in and panning: what a frame costs the page's thread, whatever else the machine does.
      const metrics = await vs.page.context().newCDPSession(vs.page);
      await metrics.send('Performance.enable', { timeDomain: 'threadTicks' });
      const busy = async (): Promise<number> =>
        (await metrics.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration')?.value ?? NaN;
      const frames = 60;
      const before = await busy();
      await vs.graph.frame.locator('#canvas').evaluate(async (canvas, frames) => {
        const box = canvas.getBoundingClientRect();
        const middle = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true, cancelable: true };
        for (let i = 0; i < frames; i++) {
          const near = i < frames / 2;
          canvas.dispatchEvent(new WheelEvent('wheel', { ...middle, deltaY: near ? -60 : 0, deltaX: near ? 0 : 20, shiftKey: !near }));
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
      }, frames);
      const cost = (((await busy()) - before) * 1000) / frames;
      console.log(`      500 services: drawn after ${drawn} ms; a frame costs ${cost.toFixed(1)} ms of the page's thread`);
      await vs.shot('graph-500-near');
      await vs.graph.press('/');
      await vs.graph.frame.locator('#find').fill('service-321');
      await vs.graph.frame.locator('#find').press('Enter');
      await vs.graph.frame.locator('[data-node].selected', { hasText: 'service-321' }).waitFor();
      await vs.shot('graph-500-path');
      assert.ok(cost < 50, `a frame costs ${cost} ms`);
    }),
  );
});
