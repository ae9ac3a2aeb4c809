import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import ELK from 'elkjs/lib/elk.bundled.js';
import { fromElk, roundedPath, toElk, type Layout } from '../../src/graph/layout.ts';
import { mermaid } from '../../src/graph/mermaid.ts';
import { buildGraph, type Graph } from '../../src/graph/model.ts';
import { shop, topic } from './fixture.ts';
import type { Topology } from '../../src/protocol.ts';

const measure = () => ({ width: 120, height: 34 });
// The package's types are those of its other entry.
const elk = new (ELK as unknown as new () => { layout(g: object): Promise<Parameters<typeof fromElk>[0]> })();
const layOut = async (g: Graph): Promise<Layout> => fromElk(await elk.layout(toElk(g, measure)));

suite('the layout', () => {
  test('places every node, no two on each other, messages from left to right', async () => {
    const g = buildGraph(shop, { foldDeadLetters: true });
    const l = await layOut(g);
    const boxes = [...l.nodes.values()];
    assert.equal(boxes.length, g.nodes.length);
    for (const [i, a] of boxes.entries())
      for (const b of boxes.slice(i + 1))
        assert.ok(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y, 'two nodes overlap');
    for (const e of g.edges) {
      const [from, to] = [l.nodes.get(e.from), l.nodes.get(e.to)];
      assert.ok(from && to && from.x < to.x, `${e.id} goes back`);
      assert.ok((l.edges.get(e.id)?.length ?? 0) >= 2, `${e.id} has no line`);
    }
  });

  test('is the same for the same graph', async () => {
    const g = buildGraph(shop, { foldDeadLetters: false });
    assert.deepEqual(await layOut(g), await layOut(g));
  });

  test('of nothing is nothing', async () => {
    assert.equal((await layOut({ nodes: [], edges: [] })).nodes.size, 0);
  });

  test('a line has its corners rounded, and ends where it ended', () => {
    assert.equal(
      roundedPath(
        [
          { x: 0, y: 0 },
          { x: 20, y: 0 },
          { x: 20, y: 30 },
        ],
        5,
      ),
      'M0 0L15 0Q20 0 20 5L20 30',
    );
    assert.equal(
      roundedPath(
        [
          { x: 0, y: 0 },
          { x: 4, y: 0 },
          { x: 4, y: 30 },
        ],
        5,
      ),
      'M0 0L2 0Q4 0 4 2L4 30',
    );
    assert.equal(roundedPath([]), '');
  });
});

suite('Mermaid', () => {
  test('has every node and edge once', () => {
    const text = mermaid(buildGraph(shop, { foldDeadLetters: true }));
    assert.match(text, /^flowchart LR\n/);
    assert.match(text, /n\d+\["checkout"\]/);
    assert.match(text, /n\d+\(\["orders \(\+1 dead letters\)"\]\)/);
    assert.match(text, /n\d+\[\/"tools\/replay\.py"\/\]/);
    assert.equal(text.match(/-->|-\.->/g)?.length, buildGraph(shop, { foldDeadLetters: true }).edges.length);
  });

  test('names can’t break out of their quotes', () => {
    const [f] = shop.folders;
    assert.ok(f);
    const evil: Topology = { folders: [{ ...f, topics: [topic('a"]\nclick n0 "<script>"', [], [])] }] };
    const text = mermaid(buildGraph(evil, { foldDeadLetters: true }));
    assert.match(text, /n0\(\["a#34;\] click n0 #34;#60;script#62;#34;"\]\)/);
  });
});
