/**
 * Which text speaks of Kafka: the words by which manifests, configuration and
 * code name a client library or a broker. editors_test.go holds them against the
 * client models.
 */
const words =
  /kafka|redpanda|sarama|franz-go|faust|faststream|quixstreams|sentry-arroyo|debezium|spring[-.]cloud[-.]stream|DotNetCore\.CAP|dafda|bytewax/i;

export function speaksOfKafka(text: string): boolean {
  return words.test(text);
}

/** Files that name the libraries and services of a workspace: few, and small. */
export const manifests =
  '**/{pom.xml,build.gradle,build.gradle.kts,libs.versions.toml,build.sbt,package.json,requirements*.txt,requirements*.in,pyproject.toml,Pipfile,setup.py,setup.cfg,environment.yml,go.mod,*.csproj,Directory.Packages.props,packages.config,docker-compose*.yml,docker-compose*.yaml,compose*.yml,compose*.yaml,application*.yml,application*.yaml,application*.properties,Chart.yaml,values*.yaml,kustomization.yaml,.topicls.yaml}';

/** Folders that hold other people's manifests. */
export const foreign = '**/{node_modules,.git,.venv,venv,site-packages,vendor,target,build,dist,out,bin,obj}/**';

export const limits = { files: 500, bytes: 512 * 1024, atOnce: 8 } as const;

/** The file that a workspace says something to Topicls with. */
export const ownFile = '.topicls.yaml';

/** Editors' names of the languages that Topicls reads. */
export const languages: readonly string[] = [
  'python',
  'java',
  'kotlin',
  'go',
  'javascript',
  'javascriptreact',
  'typescript',
  'typescriptreact',
  'csharp',
  'yaml',
  'dockercompose',
];
