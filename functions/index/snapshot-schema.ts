// The schema that a snapshot's rows were held to, with the name that each column has in the parts.
import type { TableDataset } from '#core/config.ts';
import { keys } from '#core/keys.ts';
import type { SnapshotSchema } from '#core/messages/snapshot.ts';
import { readJson } from '#core/store/json.ts';
import type { Store } from '#core/store/store.ts';
import { partColumns } from '#core/table/part-columns.ts';
import { TableSchema } from '#core/table/schema.ts';

const FIRST = 1;

/** Null where no table was accepted yet, so that there is none. */
export async function readSnapshotSchema(
  data: Store,
  dataset: string,
  { table }: TableDataset,
): Promise<SnapshotSchema | null> {
  const found = await readJson(data, keys.schema(dataset, table.schema ?? FIRST), TableSchema);
  if (!found) return null;
  const { version, columns } = found.value;
  const names = partColumns(columns.map(({ name }) => name));
  return { version, columns: columns.map(({ name, type }, i) => ({ name, in: names[i] as string, type })) };
}
