// Reads the rows of a shard, which is a Parquet file of a snapshot.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import { decodeColumns, type PartRow } from '#core/base/parquet-columns.ts';
import type { Manifest, ShardFile } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

/** Throws CorruptObjectError where the file does not match the manifest. */
export async function readRows(
  data: Store,
  { dataset, snapshotId }: Pick<Manifest, 'dataset' | 'snapshotId'>,
  { name, items, files }: ShardFile,
  columns: readonly string[],
): Promise<PartRow[]> {
  const file = files.find(({ holds }) => holds === 'rows');
  if (!file) throw corrupt(`the manifest does not list the rows of ${name}.`);
  const key = keys.snapshot(dataset, snapshotId, file.file);
  const object = await data.get(key);
  if (!object) throw corrupt(`${key} does not exist.`);
  if (sha256(object.body) !== file.sha256) throw corrupt(`${key} was changed after the snapshot was sealed.`);
  const rows = await decodeColumns<PartRow, string>(object.body, columns);
  if (rows.length !== items) throw corrupt(`${key} has ${rows.length} rows, the manifest says ${items}.`);
  return rows;
}

function corrupt(what: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `${what} Start assemble again.`);
}
