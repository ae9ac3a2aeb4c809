import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { filterEntries, findingsTree, pathTo, placeText, servicesTree, topicsTree, type Entry } from '../../src/trees/model.ts';
import { at, missing, root, shop, two } from './fixture.ts';

/** A tree as lines, indented, with what stands behind a label. */
function lines(entries: readonly Entry[], depth = 0): string[] {
  return entries.flatMap((e) => [
    '  '.repeat(depth) + [e.label, e.description].filter(Boolean).join(' | '),
    ...lines(e.children, depth + 1),
  ]);
}

suite('trees', () => {
  test('topics, with both sides, groups, message, dead letters and findings', () => {
    assert.deepEqual(lines(topicsTree(shop)), [
      'orders | ↑ 1  ↓ 1',
      '  Producers | 1',
      '    checkout | place()  checkout/main.py:13',
      '  Consumers | 1',
      '    billing | billing/main.py:9',
      '      handled | billing/main.py:21',
      '  Groups | 1',
      '    billing-1 | billing',
      '  Message | 2',
      '    id | string',
      '      written | checkout/main.py:14',
      '      read | billing/main.py:22',
      '    total | number?  read, not written',
      '      read | billing/main.py:23',
      '  Dead Letters | 1',
      '    orders.dlq | ↑ 1  ↓ 1',
      '      Producers | 1',
      '        billing | billing/main.py:26',
      '      Consumers | 1',
      '        tools/replay.py | tools/replay.py:5',
      'invoices | ↑ 1  ↓ 1',
      '  Producers | 1',
      '    billing | billing/main.py:29  by the code’s default',
      '  Consumers | 1',
      '    mailer | mailer/main.py:6',
      'invoices.archive | ↑ 1  ↓ 0  ⚠',
      '  Producers | 1',
      '    billing | billing/main.py:31',
      '  Findings | 1',
      '    "invoices.archive" is produced by billing and no service consumes it | billing/main.py:31',
      '      set here | compose.yaml:10',
      'Topic not known | 1 place',
      '  mailer | mailer/main.py:41  unknown',
    ]);
  });

  test('services, those with topics first', () => {
    const tree = servicesTree(shop);
    assert.deepEqual(
      tree.map((e) => [e.label, e.description, e.kind]),
      [
        ['billing', '↓ 1  ↑ 3', 'service'],
        ['checkout', '↑ 1', 'service'],
        ['mailer', '↓ 1', 'service'],
        ['tools/replay.py', '↓ 1  not deployed', 'program'],
        ['kafka', 'Kafka', 'broker'],
      ],
    );
    assert.deepEqual(lines(tree.filter((e) => e.label === 'checkout')).slice(1), [
      '  Produces | 1',
      '    orders | checkout/main.py:13',
      '  Variables | 2',
      '    ORDERS_TOPIC | orders',
      '      read | checkout/main.py:3',
      '    DB_PASSWORD | a secret; not shown',
    ]);
  });

  test('findings by rule', () => {
    assert.deepEqual(lines(findingsTree(shop)).slice(0, 2), ['topic-no-consumer | 1', `  ${missing.message} | billing/main.py:31`]);
  });

  test('every entry has an id of its own', () => {
    for (const tree of [topicsTree(two), servicesTree(two), findingsTree(two)]) {
      const ids: string[] = [];
      const walk = (list: readonly Entry[]): void => {
        for (const e of list) {
          ids.push(e.id);
          walk(e.children);
        }
      };
      walk(tree);
      assert.equal(new Set(ids).size, ids.length);
    }
  });

  test('several folders have a level of their own', () => {
    assert.deepEqual(
      topicsTree(two).map((e) => e.label),
      ['shop', 'other'],
    );
  });

  test('a filter keeps what fits with what it stands under', () => {
    const found = (filter: string): string[] => lines(filterEntries(topicsTree(shop), filter)).filter((l) => !l.startsWith('   '));
    assert.deepEqual(found('invoices mailer'), ['invoices | ↑ 1  ↓ 1', '  Consumers | 1']);
    assert.deepEqual(found('no-such-thing'), []);
    assert.equal(found('').length, lines(topicsTree(shop)).filter((l) => !l.startsWith('   ')).length);
  });

  test('the way to an entry', () => {
    assert.deepEqual(
      pathTo(topicsTree(shop), (e) => e.name === 'orders.dlq')?.map((e) => e.label),
      ['orders', 'Dead Letters', 'orders.dlq'],
    );
  });

  test('paths are readable, whatever is in them', () => {
    assert.equal(placeText(root, at('a%20b/%23c.py', 0)), 'a b/#c.py:1');
    assert.equal(placeText(root, { ...at('', 0), uri: 'file:///else/where.py' }), '/else/where.py:1');
  });
});
