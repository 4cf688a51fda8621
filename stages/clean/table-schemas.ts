// Determines the schema for checking a dataset's tables: the version that its configuration names, inferred if it is the first.

import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { FIRST_SCHEMA_VERSION } from '#core/kinds/table/config.ts';
import { TableSchema } from '#core/kinds/table/schema/schema.ts';
import { readJson, writeOnce } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

/**
 * Returns undefined if the first version is still to be inferred. Throws CorruptObjectError if a later version does not exist.
 */
export async function readSchemaInForce(
  data: Store,
  dataset: string,
  version: number,
): Promise<TableSchema | undefined> {
  const found = await readJson(data, keys.schema(dataset, version), TableSchema);
  if (!found && version !== FIRST_SCHEMA_VERSION)
    throw new GoldpanError(
      FAILURE.corruptObject,
      `The dataset ${dataset} has no schema version ${version}, which dataset.yaml selects (table.schema). Accept a schema: goldpan schema accept.`,
    );
  return found?.value;
}

/** Stores the first schema. If uploads arrive at the same time, all use the one that is written first. */
export async function settleFirstSchema(data: Store, dataset: string, inferred: TableSchema): Promise<TableSchema> {
  const key = keys.schema(dataset, FIRST_SCHEMA_VERSION);
  const { same } = await writeOnce(data, key, inferred);
  if (same) return inferred;
  const winner = await readJson(data, key, TableSchema);
  if (!winner) throw new GoldpanError(FAILURE.corruptObject, `${key} existed and was deleted in the meantime.`);
  return winner.value;
}
