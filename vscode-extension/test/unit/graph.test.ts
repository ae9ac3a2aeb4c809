import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  around,
  between,
  buildGraph,
  commonFolder,
  only,
  search,
  serviceId,
  shape,
  through,
  topicId,
  type Graph,
} from '../../src/graph/model.ts';
import { root, shop, topic, endpoint, two } from './fixture.ts';
import type { Topology } from '../../src/protocol.ts';

const t = (name: string): string => topicId(root, name);
const s = (name: string): string => serviceId(root, `compose:${name}`);
const replay = serviceId(root, 'code:tools/replay.py');
const folded = buildGraph(shop, { foldDeadLetters: true });
const unfolded = buildGraph(shop, { foldDeadLetters: false });
const node = (g: Graph, id: string) => g.nodes.find((n) => n.id === id);
const edges = (g: Graph): string[] => g.edges.map((e) => `${e.from} > ${e.to}`).sort();

suite('the graph', () => {
  test('has services that use topics, and every topic', () => {
    assert.deepEqual(
      unfolded.nodes.map((n) => n.id).sort(),
      [s('checkout'), s('billing'), s('mailer'), replay, t('orders'), t('orders.dlq'), t('invoices'), t('invoices.archive')].sort(),
    );
    assert.equal(node(unfolded, replay)?.kind, 'program');
    assert.equal(node(unfolded, t('orders.dlq'))?.kind, 'deadLetter');
    assert.equal(node(unfolded, s('kafka')), undefined);
  });

  test('leads from producers through topics to consumers', () => {
    assert.deepEqual(
      edges(unfolded),
      [
        `${s('checkout')} > ${t('orders')}`,
        `${t('orders')} > ${s('billing')}`,
        `${s('billing')} > ${t('orders.dlq')}`,
        `${t('orders.dlq')} > ${replay}`,
        `${s('billing')} > ${t('invoices')}`,
        `${t('invoices')} > ${s('mailer')}`,
        `${s('billing')} > ${t('invoices.archive')}`,
      ].sort(),
    );
  });

  test('folds dead letters: no loop back, who reads them hangs on the topic', () => {
    assert.equal(node(folded, t('orders.dlq')), undefined);
    assert.deepEqual(node(folded, t('orders'))?.folded, ['orders.dlq']);
    const read = folded.edges.find((e) => e.to === replay);
    assert.equal(read?.from, t('orders'));
    assert.equal(read.deadLetter, true);
    assert.ok(!edges(folded).includes(`${s('billing')} > ${t('orders')}`));
  });

  test('keeps a dead-letter topic whose topic is not there', () => {
    const alone: Topology = {
      folders: [
        { ...first(shop), topics: [topic('x.dlq', [endpoint('produce', ['compose:billing'], 'a.py', 1)], [], { deadLetterOf: 'x' })] },
      ],
    };
    assert.deepEqual(
      buildGraph(alone, { foldDeadLetters: true })
        .nodes.map((n) => n.label)
        .sort(),
      ['billing', 'x.dlq'],
    );
  });

  test('ends when dead letters go round in a circle', () => {
    const e = [endpoint('produce', ['compose:billing'], 'a.py', 1)];
    const circle: Topology = {
      folders: [{ ...first(shop), topics: [topic('a', e, [], { deadLetterOf: 'b' }), topic('b', e, [], { deadLetterOf: 'a' })] }],
    };
    const g = buildGraph(circle, { foldDeadLetters: true });
    assert.ok(g.nodes.some((n) => n.kind === 'deadLetter'));
    for (const x of g.edges) assert.ok(node(g, x.from) && node(g, x.to), `${x.id} has an end that is not there`);
  });

  test('knows what is found about a topic, and what is not certain', () => {
    assert.equal(node(folded, t('invoices.archive'))?.severity, 2);
    assert.equal(node(folded, t('invoices'))?.severity, undefined);
    assert.equal(folded.edges.find((e) => e.to === t('invoices'))?.uncertain, false);
    const [f] = shop.folders;
    assert.ok(f);
    const partial: Topology = {
      folders: [{ ...f, topics: [topic('a-*', [endpoint('produce', ['compose:billing'], 'a.py', 1, { status: 'partial' })], [])] }],
    };
    assert.equal(buildGraph(partial, { foldDeadLetters: true }).edges[0]?.uncertain, true);
    assert.equal(folded.edges.find((e) => e.to === t('orders'))?.uncertain, false);
  });

  test('names the folder of a service’s code', () => {
    assert.equal(commonFolder(['a/b/c.py', 'a/b/d.py']), 'a/b');
    assert.equal(commonFolder(['a/b', 'a/bc']), 'a');
    assert.equal(commonFolder(['train']), 'train');
    assert.equal(commonFolder([]), '');
  });

  test('keeps folders apart', () => {
    const g = buildGraph(two, { foldDeadLetters: false });
    assert.equal(g.nodes.length, 2 * unfolded.nodes.length);
    assert.equal(new Set(g.nodes.map((n) => n.id)).size, g.nodes.length);
    assert.equal(new Set(g.edges.map((e) => e.id)).size, g.edges.length);
  });
});

suite('paths', () => {
  test('through a node: all that leads to it and from it, not what is beside it', () => {
    const p = through(unfolded, t('invoices'));
    assert.deepEqual([...p.nodes].sort(), [s('checkout'), t('orders'), s('billing'), t('invoices'), s('mailer')].sort());
    assert.ok(!p.nodes.has(t('invoices.archive')));
  });

  test('between two nodes, whichever is first', () => {
    const there = between(unfolded, s('checkout'), s('mailer'));
    const back = between(unfolded, s('mailer'), s('checkout'));
    assert.deepEqual([...there.nodes].sort(), [...back.nodes].sort());
    assert.equal(there.edges.size, 4);
  });

  test('between nodes that nothing joins: both, and no edge', () => {
    const p = between(unfolded, s('mailer'), replay);
    assert.deepEqual([...p.nodes].sort(), [s('mailer'), replay].sort());
    assert.equal(p.edges.size, 0);
  });

  test('end in circles', () => {
    const loop: Topology = {
      folders: [
        {
          ...first(shop),
          topics: [
            topic('again', [endpoint('produce', ['compose:billing'], 'a.py', 1)], [endpoint('consume', ['compose:billing'], 'a.py', 2)]),
          ],
        },
      ],
    };
    const g = buildGraph(loop, { foldDeadLetters: true });
    assert.equal(through(g, s('billing')).edges.size, 2);
  });
});

suite('search and filter', () => {
  test('all words, in any order, in names of nodes and of what is folded into them', () => {
    assert.deepEqual([...search(folded, 'ARCHIVE invoices')], [t('invoices.archive')]);
    assert.deepEqual([...search(folded, 'orders.dlq')], [t('orders')]);
    assert.deepEqual([...search(folded, '  ')], []);
    assert.deepEqual([...search(folded, 'service bill')], [s('billing')]);
  });

  test('around some nodes are their neighbours, with no edge between those', () => {
    const g = around(folded, new Set([t('orders')]));
    assert.deepEqual(g.nodes.map((n) => n.id).sort(), [t('orders'), s('checkout'), s('billing'), replay].sort());
    assert.ok(g.edges.every((e) => e.from === t('orders') || e.to === t('orders')));
  });

  test('only some nodes', () => {
    const g = only(folded, new Set([s('checkout'), t('orders')]));
    assert.deepEqual(edges(g), [`${s('checkout')} > ${t('orders')}`]);
  });

  test('the shape changes with nodes and edges, not with places', () => {
    const moved: Topology = JSON.parse(JSON.stringify(shop).replaceAll('"line":12', '"line":13')) as Topology;
    assert.equal(shape(buildGraph(moved, { foldDeadLetters: true })), shape(folded));
    assert.notEqual(shape(unfolded), shape(folded));
  });
});

function first(of: Topology) {
  const [f] = of.folders;
  assert.ok(f);
  return f;
}
