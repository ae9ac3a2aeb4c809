/** ELK in a worker, so that the page stays fluent while a large graph is laid out. */
import ELK from 'elkjs/lib/elk-api';
import { fromElk, toElk, type Layout, type Measure } from '../graph/layout.ts';
import type { Graph } from '../graph/model.ts';

export class Layouter {
  readonly #url: string;
  #elk: Promise<InstanceType<typeof ELK>> | undefined;

  /** url is the worker's script, on the origin of the extension's files. */
  constructor(url: string) {
    this.#url = url;
  }

  async layout(graph: Graph, measure: Measure): Promise<Layout> {
    if (graph.nodes.length === 0) return fromElk({ id: 'root' });
    this.#elk ??= this.#start();
    const elk = await this.#elk;
    return fromElk(await elk.layout(toElk(graph, measure)));
  }

  /** A worker may only be of the page's own origin: the script becomes a blob of it. */
  async #start(): Promise<InstanceType<typeof ELK>> {
    const script = await (await fetch(this.#url)).blob();
    const url = URL.createObjectURL(script);
    return new ELK({ workerFactory: () => new Worker(url) });
  }
}
