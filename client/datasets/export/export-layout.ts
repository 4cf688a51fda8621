// The interface of a layout: how the items of a snapshot become files.
import type { ShardFile } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import type { SnapshotRow } from './snapshot-rows.ts';

export type ExportLayout = {
  /** Paths of the files of a shard, with `/`. */
  paths(shard: ShardFile, rows: readonly SnapshotRow[]): readonly string[];
  /** The bytes of each, in the order of `paths`. */
  files(data: Store, shard: ShardFile, rows: readonly SnapshotRow[]): AsyncIterable<Uint8Array>;
  /**
   * The list of items beside the files, if there is one: its path and the lines that a shard adds. `isFirst`: the list is still empty.
   */
  list: ((shard: ShardFile, rows: readonly SnapshotRow[], isFirst: boolean) => { path: string; text: string }) | null;
  /** Text for README.md: where the files are, and Python code that loads them. */
  readonly about: string;
  readonly python: string;
};
