/**
 * The requests that Topicls adds to LSP, as docs/lsp-extensions.md describes
 * them. Plain data, for the extension and its webview alike.
 */

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Location {
  readonly uri: string;
  readonly range: Range;
}

export const method = {
  topology: 'topicls/topology',
  status: 'topicls/status',
  explain: 'topicls/explain',
  didChangeTopology: 'topicls/didChangeTopology',
} as const;

/** LSP's numbers. */
export type Severity = 1 | 2 | 3 | 4;

export interface Environment {
  readonly id: string;
  readonly kind: string;
  readonly files: readonly string[];
  readonly chosen: boolean;
}

export interface Variable {
  readonly name: string;
  /** null when it is not known, or a secret; reason says why. */
  readonly value: string | null;
  readonly reason?: string;
  readonly location?: Location;
  readonly readAt: readonly Location[];
}

export interface Service {
  readonly id: string;
  readonly name: string;
  /** Missing for a program that no deployment runs. */
  readonly environment?: string;
  readonly kind: string;
  readonly image?: string;
  readonly code: readonly string[];
  readonly location?: Location;
  readonly variables: readonly Variable[];
}

export interface Endpoint {
  readonly services: readonly string[];
  readonly function?: string;
  readonly library: string;
  readonly role: 'produce' | 'consume';
  readonly status: 'exact' | 'default' | 'partial' | 'unknown';
  readonly reason?: string;
  readonly location?: Location;
  readonly handlers: readonly Location[];
}

export interface Group {
  readonly name: string;
  readonly services: readonly string[];
  readonly location?: Location;
}

export interface Field {
  readonly name: string;
  readonly types: readonly string[];
  readonly optional: boolean;
  readonly writtenAt: readonly Location[];
  readonly readAt: readonly Location[];
}

export interface Topic {
  readonly name: string;
  readonly pattern?: boolean;
  readonly location?: Location;
  readonly producers: readonly Endpoint[];
  readonly consumers: readonly Endpoint[];
  readonly groups: readonly Group[];
  readonly fields: readonly Field[];
  readonly schema?: unknown;
  readonly deadLetterOf?: string;
  readonly deadLetters: readonly string[];
}

export interface Related {
  readonly location: Location;
  readonly message: string;
}

export interface Finding {
  readonly uri: string;
  readonly range: Range;
  readonly code: string;
  readonly codeDescription?: { readonly href: string };
  readonly severity: Severity;
  readonly message: string;
  readonly relatedInformation?: readonly Related[];
  readonly topic?: string;
  readonly variable?: string;
  readonly service?: string;
}

export interface FolderTopology {
  readonly uri: string;
  readonly name: string;
  readonly environments: readonly Environment[];
  readonly services: readonly Service[];
  readonly topics: readonly Topic[];
  /** Endpoints whose topic is not known. */
  readonly unknown: readonly Endpoint[];
  readonly findings: readonly Finding[];
}

export interface Topology {
  readonly folders: readonly FolderTopology[];
}

export interface FolderStatus {
  readonly uri: string;
  readonly name: string;
  readonly state: 'indexing' | 'ready' | 'failed';
  readonly message?: string;
  readonly environments: readonly Environment[];
  readonly counts: {
    readonly files: number;
    readonly services: number;
    readonly topics: number;
    readonly endpoints: number;
    readonly unknown: number;
  };
  readonly findings: Readonly<Record<'error' | 'warning' | 'information' | 'hint', number>>;
  readonly problems: readonly { readonly message: string; readonly location?: Location }[];
}

export interface Status {
  readonly version: string;
  readonly folders: readonly FolderStatus[];
}

export interface Explanation {
  readonly text: string;
}
