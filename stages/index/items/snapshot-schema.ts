// Reads the schema of a snapshot's rows, with the name of each column in the parts.
import type { EffectiveConfig } from '#core/kinds/config.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { partColumns } from '#core/kinds/table/part-columns.ts';
import { TableSchema } from '#core/kinds/table/schema/schema.ts';
import type { SnapshotSchema } from '#core/kinds/table/schema/snapshot-schema.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

/** Returns null for kinds without a schema, and if no table was accepted yet. */
export async function readSnapshotSchema(
  data: Store,
  dataset: string,
  config: EffectiveConfig,
): Promise<SnapshotSchema | null> {
  const { tabular } = definitionOf(config.kind);
  if (!tabular) return null;
  const found = await readJson(data, keys.schema(dataset, tabular.schemaVersion(config)), TableSchema);
  if (!found) return null;
  const { version, columns } = found.value;
  const names = partColumns(columns.map(({ name }) => name));
  return { version, columns: columns.map(({ name, type }, i) => ({ name, in: names[i] as string, type })) };
}
