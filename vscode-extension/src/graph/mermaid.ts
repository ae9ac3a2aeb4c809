import type { Graph, GraphNode } from './model.ts';

/** The graph in Mermaid's flowchart language, for documents. */
export function mermaid(graph: Graph): string {
  const ids = new Map(graph.nodes.map((n, i) => [n.id, `n${i}`]));
  const lines = ['flowchart LR'];
  for (const n of graph.nodes) lines.push(`  ${ids.get(n.id) ?? ''}${shapeOf(n)}`);
  for (const e of graph.edges) {
    const from = ids.get(e.from);
    const to = ids.get(e.to);
    if (from && to) lines.push(`  ${from} ${e.deadLetter || e.uncertain ? '-.->' : '-->'} ${to}`);
  }
  lines.push(
    '  classDef topic fill:#fff3d6,stroke:#b7791f,color:#1f1f1f',
    '  classDef dead fill:#f5f5f5,stroke:#999999,color:#555555,stroke-dasharray:4 3',
  );
  const list = (kind: GraphNode['kind']): string =>
    graph.nodes
      .filter((n) => n.kind === kind)
      .map((n) => ids.get(n.id))
      .join(',');
  if (list('topic')) lines.push(`  class ${list('topic')} topic`);
  if (list('deadLetter')) lines.push(`  class ${list('deadLetter')} dead`);
  return lines.join('\n') + '\n';
}

function shapeOf(n: GraphNode): string {
  const text = `"${escape(n.label)}${n.folded.length > 0 ? ` (+${n.folded.length} dead letters)` : ''}"`;
  switch (n.kind) {
    case 'service':
      return `[${text}]`;
    case 'program':
      return `[/${text}/]`;
    case 'topic':
    case 'deadLetter':
      return `([${text}])`;
  }
}

/** Quotes and what Mermaid takes for markup, as its entities. */
function escape(text: string): string {
  return text.replace(/[#"<>&`*_]/g, (c) => `#${c.charCodeAt(0)};`).replace(/\s+/g, ' ');
}
