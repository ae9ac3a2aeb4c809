/** What a person does in the workbench, and what they see. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { patience, until } from './workbench.ts';

const shots = process.env.TOPICLS_SHOTS ?? path.join(import.meta.dirname, 'out');
mkdirSync(shots, { recursive: true });

/** For a try that is made again when it fails: what a person does may be taken away by what opens meanwhile. */
const quick = { timeout: 10_000 };

export class Driver {
  readonly page: Page;
  /** What the page asked for outside of this machine; it should be nothing. */
  readonly outside: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(patience);
    page.on('request', (r) => {
      // A webview's files have addresses that its service worker answers; no host has them.
      if (!/^(https?|wss?):\/\/127\.0\.0\.1[:/]|^(data|blob|vscode-)|^https:\/\/[^/]*\.vscode-resource\.vscode-cdn\.net\//.test(r.url()))
        this.outside.push(r.url());
    });
  }

  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.locator('.statusbar-item').first().waitFor();
  }

  shot(name: string): Promise<unknown> {
    return this.page.screenshot({ path: path.join(shots, `${name}.png`) });
  }

  /** The editor in front. */
  get editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance').first();
  }

  status(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /** Waits until Topicls has indexed the workspace. */
  async ready(): Promise<void> {
    await this.status(/\d+ topics?/).waitFor();
  }

  get toast(): Locator {
    return this.page.locator('.notification-toast');
  }

  /** Waits until an editor of a file is in front, its cursor on a line. */
  async at(file: string, line?: number): Promise<void> {
    await this.page.locator('.tab.active', { hasText: file }).first().waitFor();
    if (line !== undefined) await this.status(new RegExp(`Ln ${line}, Col`)).waitFor();
  }

  async openFile(name: string): Promise<void> {
    const [file, folder] = [path.basename(name), path.dirname(name)];
    await this.#palette('Control+P', name, folder === '.' ? file : new RegExp(`${file}.*${folder}`, 's'), () =>
      this.page.locator('.tab.active', { hasText: file }).first().waitFor(quick),
    );
    await this.editor.locator('.view-line').first().waitFor();
  }

  async goToLine(line: number, column = 1): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    await until(`the cursor is at ${line}:${column}`, async () => {
      try {
        await this.page.keyboard.press('Control+G');
        await input.fill(`:${line}:${column}`, quick);
        await input.press('Enter', quick);
        await this.status(new RegExp(`Ln ${line}, Col ${column}\\b`)).waitFor(quick);
        return true;
      } catch {
        await this.page.keyboard.press('Escape');
        return false;
      }
    });
  }

  /** Opens the menu of quick fixes at the cursor until it has one: something else may close it, and the key is lost while a panel goes. */
  async offersFix(text: string): Promise<void> {
    const menu = this.page.locator('.action-widget').first(); // a second one is for submenus
    await until(`the fix "${text}"`, async () => {
      try {
        await this.page.keyboard.press('Control+.');
        await menu.locator('.monaco-list-row', { hasText: text }).waitFor(quick);
        return true;
      } catch {
        await this.page.keyboard.press('Escape');
        return false;
      }
    });
  }

  /**
   * Types into the palette that a key opens, and takes a row by arrows and Enter: rows move away from
   * under a mouse while files are searched for. What opens meanwhile may take the palette away: then
   * it is asked for again, until it is done.
   */
  async #palette(key: string, text: string, row: string | RegExp, done?: () => Promise<void>): Promise<void> {
    const widget = this.page.locator('.quick-input-widget');
    const input = widget.locator('input').first();
    const found = widget.locator('.monaco-list-row', { hasText: row }).first();
    const focused = widget.locator('.monaco-list-row.focused');
    await until(`${text} in the palette`, async () => {
      try {
        await this.page.keyboard.press(key);
        await input.fill(text, quick);
        await found.waitFor(quick);
        await widget.locator('.monaco-progress-container.active').waitFor({ state: 'hidden', ...quick }); // it searches
        for (let rows = 0; rows < 20 && (await focused.filter({ hasText: row }).count()) === 0; rows++)
          await input.press('ArrowDown', quick);
        await focused.filter({ hasText: row }).waitFor(quick);
        await input.press('Enter', quick);
        await done?.();
        return true;
      } catch {
        await this.shot('palette').catch(() => undefined);
        await this.page.keyboard.press('Escape');
        return false;
      }
    });
  }

  /** Runs a command by its title. */
  async command(title: string): Promise<void> {
    await this.#palette('F1', `>${title}`, title);
  }

  async pick(text: string | RegExp): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click();
  }

  /** Where a text stands in the editor in front: the middle of its own box, not its line's. */
  async point(text: string, within: string | RegExp = ''): Promise<{ x: number; y: number }> {
    return until(`"${text}" is visible`, () =>
      this.editor.evaluate(
        (editor, [text, pattern]) => {
          for (const line of editor.querySelectorAll('.view-line')) {
            const all = (line.textContent || '').replaceAll('\u00a0', ' ');
            const from = all.search(new RegExp(pattern));
            if (from < 0) continue;
            const start = all.indexOf(text, from);
            if (start < 0) continue;
            const range = document.createRange();
            const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
            let offset = 0;
            let begun = false;
            for (let n = walker.nextNode(); n; n = walker.nextNode()) {
              const length = n.textContent?.length ?? 0;
              if (!begun && start < offset + length) {
                range.setStart(n, start - offset);
                begun = true;
              }
              if (begun && start + text.length <= offset + length) {
                range.setEnd(n, start + text.length - offset);
                const box = range.getBoundingClientRect();
                return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
              }
              offset += length;
            }
          }
          return null;
        },
        [text, typeof within === 'string' ? within.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : within.source] as const,
      ),
    );
  }

  async click(text: string, within: string | RegExp = ''): Promise<void> {
    const p = await this.point(text, within);
    await this.page.mouse.click(p.x, p.y);
  }

  /** Hovers over a text and returns what is shown, once it has a part. */
  async hover(text: string, within: string | RegExp, part: string | RegExp): Promise<string> {
    const box = this.page.locator('.monaco-hover:not(.hidden)', { hasText: part }).first();
    // Hints and lenses that come meanwhile move the text away from under the mouse.
    await until(`a hover with ${String(part)}`, async () => {
      const p = await this.point(text, within);
      await this.page.mouse.move(p.x - 2, p.y);
      await this.page.mouse.move(p.x, p.y, { steps: 4 });
      return box.waitFor(quick).then(
        () => true,
        () => false,
      );
    });
    return box.innerText();
  }

  async away(): Promise<void> {
    const box = this.page.viewportSize();
    await this.page.mouse.move((box?.width ?? 800) - 3, 3);
    await this.page.locator('.monaco-hover:not(.hidden)').first().waitFor({ state: 'hidden' });
  }

  /** The Topicls views. */
  async views(): Promise<void> {
    const tab = this.page.locator('.activitybar .action-item:has(a[aria-label^="Topicls"])');
    await tab.waitFor();
    if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
    await this.pane('Topics').waitFor();
  }

  pane(title: string): Locator {
    return this.page.locator('.pane', { has: this.page.locator('.pane-header', { hasText: title }) }).first();
  }

  row(pane: string, label: string | RegExp): Locator {
    return this.pane(pane).locator('.monaco-list-row', { hasText: label }).first();
  }

  /** Opens a row of a tree, and waits for what is under it. */
  async expand(pane: string, label: string | RegExp, below: string | RegExp): Promise<void> {
    const row = this.row(pane, label);
    // A tree that is refreshed meanwhile may take the click with its row.
    await until(`${String(below)} under ${String(label)}`, async () => {
      try {
        if ((await row.getAttribute('aria-expanded', quick)) === 'false') await row.locator('.monaco-tl-twistie').click(quick);
        await this.row(pane, below).waitFor(quick);
        return true;
      } catch {
        return false;
      }
    });
  }

  get graph(): Graph {
    return new Graph(this, this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame'));
  }
}

export class Graph {
  readonly #driver: Driver;
  readonly frame: FrameLocator;

  constructor(driver: Driver, frame: FrameLocator) {
    this.#driver = driver;
    this.frame = frame;
  }

  node(name: string): Locator {
    return this.frame.locator(`[data-node]`, { has: this.frame.locator('.label', { hasText: new RegExp(`^${name}$`) }) }).first();
  }

  async drawn(): Promise<void> {
    await this.frame.locator('body[data-drawn]').waitFor();
  }

  async select(name: string): Promise<void> {
    await this.node(name).locator('.box').click();
    await this.frame.locator('[data-node].selected', { hasText: name }).waitFor();
  }

  get details(): Locator {
    return this.frame.locator('#details');
  }

  async names(): Promise<string[]> {
    return (await this.frame.locator('[data-node] .label').allTextContents()).sort();
  }

  /** The names of the nodes that a path goes through. */
  async marked(): Promise<string[]> {
    return (await this.frame.locator('[data-node].on .label').allTextContents()).sort();
  }

  async press(key: string): Promise<void> {
    await this.frame.locator('#canvas').press(key);
  }

  shot(name: string): Promise<unknown> {
    return this.#driver.shot(name);
  }
}

/** Fails when a list lacks any of some. */
export function has(list: readonly string[], ...some: string[]): void {
  for (const s of some) assert.ok(list.includes(s), `${s} is not among ${list.join(', ')}`);
}
