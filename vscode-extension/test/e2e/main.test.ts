/**
 * One session on a copy of the example: everything that a person would try first.
 * The steps build on each other; one workbench serves them all.
 */
import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { Driver, has } from './driver.ts';
import { launch, limit, temporary, until, Workbench } from './workbench.ts';

const example = path.join(import.meta.dirname, '../../../examples/forecasting-pipeline');

suite('the example in a workbench', () => {
  const folder = path.join(temporary('ws-'), 'forecasting-pipeline');
  let workbench: Workbench;
  let browser: Browser;
  let vs: Driver;
  let failed = false;

  before(async () => {
    cpSync(example, folder, { recursive: true });
    workbench = await Workbench.start();
    browser = await launch();
    vs = new Driver(await browser.newPage({ viewport: { width: 1440, height: 1000 } }));
  });
  after(async () => {
    await browser.close();
    await workbench.stop();
  });

  /**
   * A step; the first that fails leaves a screenshot, and ends the session, unless GO_ON is set.
   * STEPS, a regular expression, leaves out those that it does not find (but for the first).
   */
  const chosen = new RegExp(process.env.STEPS ?? '');
  const step = (name: string, run: () => Promise<void>): void => {
    if (!chosen.test(name) && !name.startsWith('opens;')) return;
    test(name, limit, async () => {
      if (failed && !process.env.GO_ON) throw 'a step before failed'; // eslint-disable-line @typescript-eslint/only-throw-error -- no stack
      try {
        await run();
      } catch (err) {
        failed = true;
        await vs.shot(`failure-${name.slice(0, 20).replace(/\W+/g, '-')}`).catch(() => undefined);
        throw err;
      }
    });
  };

  step('opens; the server starts by itself, and the status item tells what it found', async () => {
    const started = Date.now();
    await vs.open(workbench.address(folder, [], 'train_container/main.py'));
    await vs.ready();
    console.log(`      first answer ${Date.now() - started} ms after the page was asked for`);
    assert.match(await vs.status(/\d+ topics/).innerText(), /10 topics\s+\d+\s+compose/);
    assert.equal(workbench.servers().length, 1);
  });

  step('hover: who is on the other side', async () => {
    await vs.goToLine(37);
    const text = await vs.hover('PRODUCER_TOPIC', /^ +PRODUCER_TOPIC/, 'model-training');
    assert.match(text, /eval/);
    assert.match(text, /nonml_prophet/);
    await vs.shot('hover');
    await vs.away();
  });

  step('go to the consumers, in another container', async () => {
    await vs.click('PRODUCER_TOPIC', /^ +PRODUCER_TOPIC/);
    await vs.command('Topicls: Go to Consumers');
    const peek = vs.page.locator('.peekview-widget');
    await peek.locator('.monaco-list-row', { hasText: 'inference_container' }).waitFor();
    await peek.locator('.monaco-list-row', { hasText: 'MODEL_TRAINING_TOPIC' }).click();
    await vs.page.keyboard.press('Enter');
    await vs.page.locator('.tab.active', { hasText: 'eval_container' }).waitFor();
    await vs.status('Ln 28, Col').waitFor();
    await vs.page.keyboard.press('Escape');
    await peek.waitFor({ state: 'detached' });
  });

  step('peek at references', async () => {
    await vs.openFile('train_container/trainer.py');
    await vs.openFile('docker-compose.yaml');
    await vs.goToLine(107);
    await vs.click('model-training', 'MODEL_TRAINING_TOPIC=');
    await vs.page.keyboard.press('Shift+F12');
    const peek = vs.page.locator('.peekview-widget');
    await peek.locator('.monaco-list-row', { hasText: 'main.py' }).first().waitFor();
    await peek.locator('.view-line').first().waitFor();
    await vs.shot('peek-references');
    await vs.page.keyboard.press('Escape');
    await peek.waitFor({ state: 'detached' });
  });

  step('findings in the compose file, and in Problems', async () => {
    await vs.page.keyboard.press('Control+Shift+M');
    const filter = vs.page.locator('.panel .viewpane-filter input').first();
    await filter.fill('INFERENCE_BATCH_SIZE');
    await vs.page.locator('.markers-panel-container .monaco-list-row', { hasText: 'INFERENCE_BATCH_SIZE' }).waitFor();
    await filter.fill('');
    await vs.page.locator('.tab', { hasText: 'docker-compose.yaml' }).click();
    await vs.goToLine(127);
    await vs.editor.locator('.squiggly-info, .squiggly-warning').first().waitFor();
    await vs.shot('problems');
    await vs.page.keyboard.press('Control+J');
  });

  step('a quick fix of a finding', async () => {
    await vs.openFile('eval_container/promoter.py');
    await vs.goToLine(82, 40);
    await vs.editor.locator('.squiggly-warning').first().waitFor();
    await vs.offersFix('Set ARCHIVE_BUCKET for eval in docker-compose.yaml');
    await vs.shot('quick-fix');
    await vs.page.keyboard.press('Enter');
    await vs.editor.locator('.squiggly-warning').first().waitFor({ state: 'detached' });
    await vs.openFile('docker-compose.yaml');
    await vs.goToLine(112);
    await vs.editor.locator('.view-line', { hasText: 'ARCHIVE_BUCKET' }).waitFor();
    await vs.page.keyboard.press('Control+Z');
    await vs.editor.locator('.view-line', { hasText: 'ARCHIVE_BUCKET' }).waitFor({ state: 'detached' });
    await vs.command('File: Save All Files');
  });

  step('the topics view: both sides, and a jump', async () => {
    await vs.views();
    await vs.expand('Topics', /^model-training/, /^Producers/);
    await vs.expand('Topics', /^Consumers/, /^eval/);
    await vs.expand('Topics', /^Producers/, /^train_gru/);
    await vs.expand('Topics', /^Message/, 'run_id');
    await vs.expand('Services', /^eval/, 'Consumes');
    await vs.shot('views');
    await vs.row('Topics', /^eval/).click();
    await vs.at('main.py');
  });

  step('a filter of the topics view', async () => {
    await vs.pane('Topics').locator('.pane-header').hover();
    await vs.pane('Topics').locator('.action-label[aria-label^="Filter Topics"]').click();
    await vs.page.locator('.quick-input-widget input').first().fill('performance');
    await vs.pane('Topics').locator('.message', { hasText: 'Filter: performance' }).waitFor();
    await vs.row('Topics', /^model-training/).waitFor({ state: 'detached' });
    await vs.page.keyboard.press('Enter');
    await vs.row('Topics', /^performance-eval/).waitFor();
    await vs.command('Topicls: Clear Filter of Topics');
    await vs.row('Topics', /^model-training/).waitFor();
  });

  step('the graph: all of it, in layers', async () => {
    await vs.command('Topicls: Show Topology Graph');
    await vs.graph.drawn();
    const names = await vs.graph.names();
    has(names, 'preprocess', 'train_gru', 'train_lstm', 'eval', 'inference', 'model-training', 'performance-eval');
    assert.ok(!names.includes('DLQ-model-training'), 'dead letters are not folded');
    await vs.shot('graph');
  });

  step('the graph: a node selected, the path through it, its code', async () => {
    const graph = vs.graph;
    await graph.select('model-training');
    has(await graph.marked(), 'preprocess', 'train_gru', 'model-training', 'eval');
    await graph.details.getByRole('heading', { name: 'Consumers' }).waitFor();
    await vs.shot('graph-selected');
    await graph.details.locator('.row', { hasText: /^eval/ }).first().click();
    await vs.at('main.py');
  });

  step('the graph: search, filter, dead letters, keyboard', async () => {
    const graph = vs.graph;
    await vs.page.locator('.tab', { hasText: 'Topics' }).click();
    await graph.drawn();
    await graph.press('/');
    await graph.frame.locator('#find').fill('infer');
    await graph.frame.locator('#hits', { hasText: '2' }).waitFor();
    await graph.frame.locator('#filter').click();
    await graph.node('train_gru').waitFor({ state: 'detached' });
    has(await graph.names(), 'inference', 'inference-data', 'preprocess', 'performance-eval');
    await graph.frame.locator('#filter').click();
    await graph.node('train_gru').waitFor();
    await graph.frame.locator('#find').press('Escape');
    await graph.press('d');
    await graph.node('DLQ-model-training').waitFor();
    await vs.shot('graph-dead-letters');
    await graph.press('d');
    await graph.node('DLQ-model-training').waitFor({ state: 'detached' });
    await graph.press('Escape');
    await graph.press('ArrowRight'); // the first node, then along edges
    await graph.frame.locator('[data-node].selected', { hasText: 'preprocess' }).waitFor();
    await graph.press('ArrowRight');
    await graph.frame.locator('[data-node].selected', { hasText: /(training|inference)-data/ }).waitFor();
    await graph.press('f');
    await graph.frame.locator('#focus[aria-pressed="true"]').waitFor();
    await graph.press('f');
    await graph.node('train_gru').waitFor();
  });

  step('the graph: exported as Mermaid, SVG and PNG', async () => {
    const graph = vs.graph;
    const choose = async (format: string): Promise<void> => {
      await graph.frame.locator('#export').click();
      await graph.frame.locator(`#export-menu [data-format="${format}"]`).click();
    };
    for (const format of ['svg', 'png']) {
      await choose(format);
      const input = vs.page.locator('.quick-input-widget input').first();
      await until('it asks where to', async () => (await input.inputValue()).endsWith(`topics.${format}`));
      await vs.page.keyboard.press('Enter');
      await vs.toast.filter({ hasText: `Saved topics.${format}` }).waitFor();
    }
    const svg = readFileSync(path.join(folder, 'topics.svg'), 'utf8');
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.match(svg, />model-training<\/text>/);
    assert.doesNotMatch(svg, /var\(--/, 'a colour that only VS Code knows');
    const png = readFileSync(path.join(folder, 'topics.png'));
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.ok(png.readUInt32BE(16) > 1000 && png.length > 20_000, `${png.readUInt32BE(16)} wide, ${png.length} bytes`);
    await vs.command('Notifications: Clear All Notifications');
    await choose('mermaid');
    await vs.page.locator('.editor-instance .view-line', { hasText: 'flowchart LR' }).waitFor();
    await vs.command('View: Revert and Close Editor');
  });

  step('another environment answers', async () => {
    await vs.page.locator('.tab', { hasText: 'Topics' }).click();
    await vs.graph.drawn();
    await vs.graph.frame.locator('#environment').selectOption({ label: 'compose:staging' });
    await vs.status('compose:staging').waitFor();
    await vs.shot('environment');
    await vs.command('Topicls: Choose Environment…');
    await vs.pick(/^compose(?!:)/);
    await vs.status(/compose$/).waitFor();
  });

  step('why a name is what it is', async () => {
    await vs.page.locator('.tab', { hasText: 'train_container' }).click();
    await vs.editor.locator('.view-line').first().waitFor();
    await vs.goToLine(40, 12);
    await vs.command('Topicls: Show Why');
    await vs.page.locator('.tab', { hasText: 'Why.txt' }).waitFor();
    await vs.page.locator('.editor-instance .view-line', { hasText: 'model-training' }).last().waitFor();
    await vs.shot('why');
    await vs.command('View: Close All Editors');
  });

  step('the inventory report', async () => {
    await vs.command('Topicls: Show Inventory Report');
    const report = vs.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
    await report.getByRole('heading', { name: 'Topics' }).first().waitFor();
    await vs.shot('report');
    await vs.command('View: Close All Editors');
  });

  step('a topic is found by its name', async () => {
    await vs.command('Topicls: Find Topic');
    await vs.page.locator('.quick-input-widget input').first().fill('inference-data');
    await vs.pick('inference-data');
    await vs.pane('Topics').locator('.monaco-list-row.selected', { hasText: 'inference-data' }).waitFor();
  });

  step('the graph follows an edit', async () => {
    await vs.views();
    await vs.command('Topicls: Show Topology Graph');
    await vs.graph.drawn();
    // Beside the graph: a split of a webview leaves an empty group, which has the focus at times.
    await vs.openFile('docker-compose.yaml');
    await vs.command('View: Move Editor into Next Group');
    await vs.page.locator('.tab', { hasText: 'Topics' }).click();
    await vs.graph.drawn();
    await vs.page.locator('.tab', { hasText: 'docker-compose.yaml' }).last().click();
    await vs.at('docker-compose.yaml');
    await vs.goToLine(108);
    await vs.click('model-selected', 'MODEL_SELECTED_TOPIC=');
    await vs.page.keyboard.press('End');
    await vs.page.keyboard.type('-v2');
    await vs.graph.node('model-selected-v2').waitFor();
    await vs.row('Topics', /^model-selected-v2/).waitFor();
    await vs.shot('graph-follows');
    await vs.page.keyboard.press('Control+Z');
    await vs.graph.node('model-selected-v2').waitFor({ state: 'detached' });
  });

  step('rename a topic over code and configuration', async () => {
    await vs.goToLine(108, 35);
    await vs.page.keyboard.press('F2');
    const input = vs.page.locator('.rename-box input');
    await input.waitFor();
    await input.fill('model-chosen');
    await vs.page.keyboard.press('Enter');
    await vs.row('Topics', /^model-chosen/).waitFor();
    await vs.command('File: Save All Files');
    for (const file of ['docker-compose.yaml', 'env/inference.env', 'eval_container/main.py'])
      await until(`${file} has the new name`, () => readFileSync(path.join(folder, file), 'utf8').includes('model-chosen'));
  });

  step('a killed server is started again, and answers for the environment that was chosen', async () => {
    await vs.command('Topicls: Choose Environment…');
    await vs.pick(/^compose:staging/);
    await vs.status('compose:staging').waitFor();
    const [before] = workbench.servers();
    assert.ok(before);
    process.kill(before, 'SIGKILL');
    await until('another server runs', () => workbench.servers().find((pid) => pid !== before));
    await vs.ready();
    await vs.status('compose:staging').waitFor();
    await vs.row('Topics', /^model-selected-staging/).waitFor();
    await vs.command('Topicls: Choose Environment…');
    await vs.pick(/^compose(?!:)/);
    await vs.status(/compose$/).waitFor();
  });

  step('restarts asked for at once are one', async () => {
    const [before] = workbench.servers();
    await vs.command('Topicls: Restart Server');
    await vs.command('Topicls: Restart Server');
    await until('one other server runs', () => workbench.servers().length === 1 && workbench.servers()[0] !== before);
    await vs.ready();
    assert.equal(workbench.servers().length, 1);
  });

  step('nothing outside of this machine was asked for', () => {
    assert.deepEqual(vs.outside, []);
    return Promise.resolve();
  });
});
