/** Workspaces for tests, written where they are asked for. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (text.startsWith('#!')) chmodSync(file, 0o755);
  }
}

const dockerfile = 'FROM python:3.12\nCOPY . /app\nCMD ["python", "/app/main.py"]\n';

/** A shop that produces orders, and a mailer that consumes them. */
export function shop(folder: string): void {
  write(folder, {
    'compose.yaml': [
      'services:',
      '  kafka:',
      '    image: apache/kafka:3.9.0',
      '  shop:',
      '    build: shop',
      '    environment:',
      '      ORDERS_TOPIC: orders',
      '  mailer:',
      '    build: mailer',
      '',
    ].join('\n'),
    'shop/Dockerfile': dockerfile,
    'shop/main.py': [
      'import json',
      'import os',
      '',
      'from kafka import KafkaProducer',
      '',
      'producer = KafkaProducer(bootstrap_servers="kafka:9092")',
      'producer.send(os.environ["ORDERS_TOPIC"], json.dumps({"id": 1}).encode())',
      '',
    ].join('\n'),
    'mailer/Dockerfile': dockerfile,
    'mailer/main.py': [
      'import json',
      '',
      'from kafka import KafkaConsumer',
      '',
      'for message in KafkaConsumer("orders", group_id="mailers"):',
      '    print(json.loads(message.value)["id"])',
      '',
    ].join('\n'),
  });
}

/** Many services in one pipeline with side branches: each reads of one or two before it. */
export function many(folder: string, services: number): void {
  const compose = ['services:', '  kafka:', '    image: apache/kafka:3.9.0'];
  for (let i = 0; i < services; i++) {
    const name = `service-${String(i).padStart(3, '0')}`;
    const from = i === 0 ? [] : [...new Set([Math.floor((i - 1) / 2), Math.floor((i - 1) / 3)])];
    compose.push(`  ${name}:`, `    build: ${name}`);
    write(folder, {
      [`${name}/Dockerfile`]: dockerfile,
      [`${name}/main.py`]: [
        'from kafka import KafkaConsumer, KafkaProducer',
        '',
        'producer = KafkaProducer(bootstrap_servers="kafka:9092")',
        ...from.flatMap((f) => [`for message in KafkaConsumer("topic-${f}", group_id="${name}"):`, '    print(message.value["id"])']),
        `producer.send("topic-${i}", {"id": ${i}, "from": "${name}"})`,
        '',
      ].join('\n'),
    });
  }
  write(folder, { 'compose.yaml': compose.join('\n') + '\n' });
}
