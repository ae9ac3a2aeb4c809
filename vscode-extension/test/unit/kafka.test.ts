import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { limits, speaksOfKafka } from '../../src/kafka.ts';

suite('what speaks of Kafka', () => {
  const yes = [
    '<artifactId>spring-kafka</artifactId>',
    'implementation("org.springframework.cloud:spring-cloud-stream")',
    'require github.com/IBM/sarama v1.43.0',
    '"kafkajs": "^2.2.4"',
    'confluent-kafka==2.4.0',
    'image: redpandadata/redpanda:v24',
    '<PackageReference Include="DotNetCore.CAP" />',
    '<PackageReference Include="Dafda" Version="1.1.0" />',
  ];
  const no = ['express', 'image: postgres:16', 'requests==2.31', 'import franz', 'cap', ''];
  for (const text of yes) test(`yes: ${text}`, () => assert.ok(speaksOfKafka(text)));
  for (const text of no) test(`no: ${text}`, () => assert.ok(!speaksOfKafka(text)));
  test('a large file is searched in a moment', () => {
    const text = 'kafk '.repeat(limits.bytes / 5);
    const start = process.cpuUsage().user;
    assert.ok(!speaksOfKafka(text));
    assert.ok(process.cpuUsage().user - start < 200_000, 'more than 0.2 s');
  });
});
