// The schema that a snapshot's rows were held to, with the name that each column has in the parts.
import type { TableDataset } from '#core/kinds/config.ts';
import { partColumns } from '#core/kinds/table/part-columns.ts';
import { TableSchema } from '#core/kinds/table/schema/schema.ts';
import type { SnapshotSchema } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

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
