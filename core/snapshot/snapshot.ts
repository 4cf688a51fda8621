// The id of a snapshot and the layout of its items. The same parts with the same settings give the same id and the same bytes.

import { hashOf } from '../base/hash.ts';
import type { Kind } from '../base/names.ts';
import type { RolledPart } from '../ingest/rollup-messages.ts';
import type { ItemConfig } from '../kinds/define/kind-definition.ts';
import type { RulesInForce } from '../kinds/define/rules-in-force.ts';
import { definitionOf } from '../kinds/registry/definitions.ts';
import type { SplitShares } from '../kinds/split.ts';
import type { Augmentation } from '../model/augmentation.ts';
import type { ShardData } from './messages.ts';

/** Raised when the same parts would give other bytes than before. */
export const SNAPSHOT_VERSION = 4;
const ID_CHARACTERS = 16;
const SHARD_ITEMS = 8_192;
const SHARD_CELLS = 1_000_000;
/** Maximum bytes of a shard, which is built in the memory of one function. */
const SHARD_BYTES = 64 * 2 ** 20;

export const ITEMS_FILE = 'items.parquet';
export const INDEX_FILE = 'index.json';

/**
 * The part of one unit. Its name depends on the dropped content, not on the time: version ids do not affect a snapshot.
 */
export type SourcePart = {
  readonly sourceKey: string;
  readonly unit: string;
  readonly key: string;
  readonly sha256: string;
  readonly items: number;
  /** Position of its rows in a merged file, if any. It does not affect the snapshot's id. */
  readonly rolled?: RolledPart | undefined;
};

export type SnapshotFacts = {
  readonly dataset: string;
  readonly configId: string;
  readonly split: SplitShares & { readonly groupBy?: string | null };
  /** The rules that concern the dataset as a whole. */
  readonly rules: RulesInForce;
  readonly augmentation: Augmentation;
  /** Sorted by `comparePlaces`. */
  readonly parts: readonly SourcePart[];
  /** With subject alignment: its version (core/snapshot/alignment.ts). */
  readonly alignment?: number;
  /** Digest of the ledger of outputs that items are compared with, if there is one. */
  readonly outputs?: string;
  /** Sidecars of the items, sorted. */
  readonly sidecars?: readonly Facts[];
  /** Sidecars with captions, sorted. */
  readonly captions?: readonly Facts[];
};
type Facts = { readonly sourceKey: string; readonly path: string; readonly sha256: string };

export function snapshotIdOf({ parts, sidecars = [], captions = [], ...facts }: SnapshotFacts): string {
  const content = parts.map(({ sourceKey, unit, sha256 }) => [sourceKey, unit, sha256]);
  const named = ({ sourceKey, path, sha256 }: Facts) => [sourceKey, path, sha256];
  const more = captions.length > 0 && { captions: captions.map(named) };
  const said = sidecars.map(named);
  return hashOf({ version: SNAPSHOT_VERSION, ...facts, content, said, ...more }).slice(0, ID_CHARACTERS);
}

/** The order of parts in a snapshot: of equal items, the one in the first part stays. */
export function comparePlaces(a: SourcePart, b: SourcePart): number {
  return compare(a.sourceKey, b.sourceKey) || compare(a.unit, b.unit);
}

/** Items in a full shard: as many as one function holds with ease. `columns`: of a table, whose rows are read as values. */
export function shardItemsOf(config: ItemConfig, columns = 0): number {
  const { tabular, itemBytes } = definitionOf(config.kind);
  const most = tabular ? Math.floor(SHARD_CELLS / Math.max(1, columns)) : SHARD_ITEMS;
  return Math.max(1, Math.min(most, Math.floor(SHARD_BYTES / itemBytes(config))));
}

/** Contents of a shard's files, in the order of writing; the receipt is written last. */
export function shardHolds(kind: Kind): readonly ShardData['holds'][] {
  const { shard } = definitionOf(kind);
  return shard.type === 'array' ? [shard.holds, 'labels'] : ['rows'];
}

export function shardFile(name: string, holds: ShardData['holds']): string {
  if (holds === 'rows') return `${name}.parquet`;
  return holds === 'labels' ? `${name}-labels.npy` : `${name}.npy`;
}

export function shardReceipt(name: string): string {
  return `${name}.json`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
