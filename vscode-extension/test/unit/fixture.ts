/** A small shop: checkout → orders → billing → invoices → mailer, with dead letters. */
import type { Endpoint, Finding, FolderTopology, Location, Service, Topic, Topology } from '../../src/protocol.ts';

export const root = 'file:///work%20space/shop';

export function at(file: string, line: number): Location {
  return { uri: `${root}/${file}`, range: { start: { line, character: 4 }, end: { line, character: 10 } } };
}

export function endpoint(role: Endpoint['role'], services: string[], file: string, line: number, more: Partial<Endpoint> = {}): Endpoint {
  return { services, role, library: 'kafka-python', status: 'exact', location: at(file, line), handlers: [], ...more };
}

export function topic(name: string, producers: Endpoint[], consumers: Endpoint[], more: Partial<Topic> = {}): Topic {
  return { name, producers, consumers, groups: [], fields: [], deadLetters: [], location: at('compose.yaml', 3), ...more };
}

export function service(name: string, more: Partial<Service> = {}): Service {
  return {
    id: `compose:${name}`,
    name,
    environment: 'compose',
    kind: 'code',
    code: [name],
    variables: [],
    location: at('compose.yaml', 1),
    ...more,
  };
}

export const missing: Finding = {
  ...at('billing/main.py', 30),
  code: 'topic-no-consumer',
  severity: 2,
  message: '"invoices.archive" is produced by billing and no service consumes it',
  topic: 'invoices.archive',
  codeDescription: { href: 'https://example.org/topic-no-consumer' },
  relatedInformation: [{ location: at('compose.yaml', 9), message: 'set here' }],
};

const folder: FolderTopology = {
  uri: root,
  name: 'shop',
  environments: [
    { id: 'compose', kind: 'compose', files: [`${root}/compose.yaml`], chosen: true },
    { id: 'compose:staging', kind: 'compose', files: [`${root}/compose.staging.yaml`], chosen: false },
  ],
  services: [
    service('checkout', {
      variables: [
        { name: 'ORDERS_TOPIC', value: 'orders', location: at('compose.yaml', 5), readAt: [at('checkout/main.py', 2)] },
        { name: 'DB_PASSWORD', value: null, reason: 'a secret; not shown', location: at('compose.yaml', 6), readAt: [] },
      ],
    }),
    service('billing'),
    service('mailer'),
    service('kafka', { kind: 'broker', image: 'apache/kafka:3.9.0', code: [] }),
    { id: 'code:tools/replay.py', name: 'tools/replay.py', kind: 'code', code: ['tools'], variables: [] },
  ],
  topics: [
    topic(
      'orders',
      [endpoint('produce', ['compose:checkout'], 'checkout/main.py', 12, { function: 'place' })],
      [endpoint('consume', ['compose:billing'], 'billing/main.py', 8, { handlers: [at('billing/main.py', 20)] })],
      {
        groups: [{ name: 'billing-1', services: ['compose:billing'], location: at('billing/main.py', 9) }],
        fields: [
          { name: 'id', types: ['string'], optional: false, writtenAt: [at('checkout/main.py', 13)], readAt: [at('billing/main.py', 21)] },
          { name: 'total', types: ['number'], optional: true, writtenAt: [], readAt: [at('billing/main.py', 22)] },
        ],
        deadLetters: ['orders.dlq'],
      },
    ),
    topic(
      'orders.dlq',
      [endpoint('produce', ['compose:billing'], 'billing/main.py', 25)],
      [endpoint('consume', ['code:tools/replay.py'], 'tools/replay.py', 4)],
      { deadLetterOf: 'orders' },
    ),
    topic(
      'invoices',
      [endpoint('produce', ['compose:billing'], 'billing/main.py', 28, { status: 'default' })],
      [endpoint('consume', ['compose:mailer'], 'mailer/main.py', 5)],
    ),
    topic('invoices.archive', [endpoint('produce', ['compose:billing'], 'billing/main.py', 30)], []),
  ],
  unknown: [endpoint('produce', ['compose:mailer'], 'mailer/main.py', 40, { status: 'unknown', reason: 'the result of input' })],
  findings: [missing],
};

export const shop: Topology = { folders: [folder] };
export const two: Topology = { folders: [folder, { ...folder, uri: 'file:///other', name: 'other' }] };
