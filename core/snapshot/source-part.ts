// Reads the items of one part, after making sure that they are those its verdict tells.

import { FAILURE, GoldpanError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { PartRow } from '../base/parquet-columns.ts';
import { decodeColumns } from '../base/parquet-columns.ts';
import type { Store } from '../store/store.ts';
import type { SourcePart } from './snapshot.ts';

/** The columns asked for, or all, in the order of the part. Throws CorruptObjectError when the part is gone or another. */
export async function readSourcePart<Row = PartRow>(
  data: Store,
  { key, sha256: expectedSha256, items: count }: Pick<SourcePart, 'key' | 'sha256' | 'items'>,
  columns: readonly (keyof Row & string)[] | undefined,
): Promise<Row[]> {
  const part = await data.get(key);
  if (!part) throw corrupt(key, 'does not exist');
  if (sha256(part.body) !== expectedSha256) throw corrupt(key, 'does not match the SHA-256 in its verdict');
  const rows = await decodeColumns<Row, keyof Row & string>(part.body, columns);
  if (rows.length !== count) throw corrupt(key, `contains ${rows.length} items; its verdict lists ${count}`);
  return rows as Row[];
}

function corrupt(key: string, what: string): GoldpanError {
  return new GoldpanError(
    FAILURE.corruptObject,
    `${key} ${what}. Start assemble again; if the error persists, upload the file again.`,
  );
}
