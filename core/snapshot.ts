// What a snapshot is called and how its items are laid out. The same parts under the same settings give the same id and bytes.
import type { ImageConfig } from './config.ts';
import { hashOf } from './hash.ts';
import type { Split, SplitShares } from './split.ts';

/** Raised when the same parts would give other bytes than before. */
const SNAPSHOT_VERSION = 1;
const ID_CHARACTERS = 16;
const SHARD_ITEMS = 8_192;
/** One shard is built in the memory of one function. */
const SHARD_BYTES = 64 * 2 ** 20;

export const ITEMS_FILE = 'items.parquet';
export const INDEX_FILE = 'index.json';

/** One unit's part, named by what was dropped and not by when: version ids do not decide a snapshot. */
export type SourcePart = {
  readonly sourceKey: string;
  readonly unit: string;
  readonly key: string;
  readonly sha256: string;
  readonly items: number;
};

export type SnapshotFacts = {
  readonly dataset: string;
  readonly configId: string;
  readonly split: SplitShares;
  /** Sorted by `comparePlaces`. */
  readonly parts: readonly SourcePart[];
  /** What else is said of the items; sorted. */
  readonly sidecars?: readonly { readonly sourceKey: string; readonly path: string; readonly sha256: string }[];
};

export function snapshotIdOf({ dataset, configId, split, parts, sidecars = [] }: SnapshotFacts): string {
  const content = parts.map(({ sourceKey, unit, sha256 }) => [sourceKey, unit, sha256]);
  const said = sidecars.map(({ sourceKey, path, sha256 }) => [sourceKey, path, sha256]);
  const facts = { version: SNAPSHOT_VERSION, dataset, configId, split, content, ...(said.length > 0 && { said }) };
  return hashOf(facts).slice(0, ID_CHARACTERS);
}

/** The order of parts in a snapshot: of equal items, the one in the first part stays. */
export function comparePlaces(a: SourcePart, b: SourcePart): number {
  return compare(a.sourceKey, b.sourceKey) || compare(a.unit, b.unit);
}

/** Items in a full shard: as many as one function holds with ease. */
export function shardItemsOf({ width, height, channels }: ImageConfig): number {
  return Math.max(1, Math.min(SHARD_ITEMS, Math.floor(SHARD_BYTES / (width * height * channels))));
}

export function shardName(split: Split, index: number): string {
  return `${split}-${String(index).padStart(5, '0')}`;
}

/** The receipt is written last: where it is, both arrays are. */
export function shardFiles(name: string): { pixels: string; labels: string; receipt: string } {
  return { pixels: `${name}.npy`, labels: `${name}-labels.npy`, receipt: `${name}.json` };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
