// Bundles the extension: what VS Code loads in every window (dist/extension.cjs,
// tiny), the rest, loaded where there is Kafka (dist/app.cjs), and what runs in
// the graph's webview (dist/webview). usage: node esbuild.mjs [FOLDER]
import { build } from 'esbuild';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const out = path.resolve(process.argv[2] ?? 'dist');
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const common = {
  absWorkingDir: here('.'),
  bundle: true,
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
};

/** Keeps app.ts out of extension.cjs: it is loaded when it is needed. */
const lazily = {
  name: 'lazily',
  setup(b) {
    b.onResolve({ filter: /^\.\/app\.ts$/ }, () => ({ path: './app.cjs', external: true }));
  },
};

await rm(out, { recursive: true, force: true });
await mkdir(path.join(out, 'webview'), { recursive: true });
const node = { ...common, platform: 'node', format: 'cjs', target: 'node20', external: ['vscode'], supported: { 'dynamic-import': false } };
await Promise.all([
  build({ ...node, entryPoints: ['src/extension.ts'], outfile: path.join(out, 'extension.cjs'), plugins: [lazily] }),
  build({ ...node, entryPoints: ['src/app.ts'], outfile: path.join(out, 'app.cjs') }),
  build({
    ...common,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    entryPoints: ['src/webview/main.ts'],
    outfile: path.join(out, 'webview/graph.js'),
  }),
  build({ ...common, entryPoints: ['src/webview/graph.css'], outfile: path.join(out, 'webview/graph.css') }),
  copyFile(here('node_modules/elkjs/lib/elk-worker.min.js'), path.join(out, 'webview/elk-worker.js')),
]);
