/** What the extension and the graph's webview say to each other. */
import type { Location, Topology } from '../protocol.ts';

export type ToGraph =
  | {
      readonly type: 'topology';
      readonly topology: Topology;
      /** False while a folder is being indexed. */
      readonly ready: boolean;
    }
  | { readonly type: 'unavailable'; readonly message: string }
  | { readonly type: 'focus'; readonly node: string };

export type FromGraph =
  | { readonly type: 'ready' }
  | { readonly type: 'open'; readonly location: Location; readonly beside: boolean }
  | { readonly type: 'save'; readonly format: 'svg' | 'png' | 'mermaid'; readonly data: string }
  | { readonly type: 'environment'; readonly folder: string; readonly id: string }
  | { readonly type: 'failed'; readonly message: string };
