// Converts one item of a part to a row of the table of found items.
import { posix } from 'node:path';
import { canonicalJson } from '#core/base/hash.ts';
import type { PartRow } from '#core/base/parquet-columns.ts';
import type { EffectiveConfig } from '#core/kinds/config.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { splitOf } from '#core/kinds/split.ts';
import type { SnapshotSchema } from '#core/kinds/table/schema/snapshot-schema.ts';
import type { SourcePart } from '#core/snapshot/snapshot.ts';
import type { FoundItem } from './items-table.ts';
import type { JoinedItem } from './join-sidecars.ts';

/** Where an item is: among all items, and in its part. */
export type Where = {
  readonly item: number;
  readonly position: number;
  readonly row: number;
  readonly part: SourcePart;
};

/**
 * The columns of a row that concern the row as a whole. `byColumn`: a column, not the path, keeps items in one split.
 */
export type RowKeys = {
  readonly key: string | undefined;
  readonly group: string | undefined;
  readonly byColumn: boolean;
};

/** Returns the column names as they are in the parts; a column that the schema no longer contains is ignored. */
export function rowKeysOf(config: EffectiveConfig, schema: SnapshotSchema | null): RowKeys {
  const inPart = (name: string | null) => schema?.columns.find((column) => column.name === name)?.in;
  const { tabular } = definitionOf(config.kind);
  if (!tabular) return { key: undefined, group: undefined, byColumn: false };
  const { key, group } = tabular.rowColumns(config);
  return { key: inPart(key), group: inPart(group), byColumn: true };
}

/** Creates the row of one item. `better`: up to three numbers, higher is better. */
export function foundItem(
  config: EffectiveConfig,
  keys: RowKeys,
  { item, position, row: rowPosition, part }: Where,
  row: PartRow,
  joined: JoinedItem,
  better: readonly number[],
): FoundItem {
  const itemId = String(row.itemId);
  const path = String(row.path);
  const key = keys.key === undefined ? null : textOf(row[keys.key]);
  const group = groupOf(config, keys, path, row, joined);
  return {
    item,
    part: position,
    row: rowPosition,
    itemId,
    identity: key === null ? itemId : `key ${key}`,
    path,
    line: row.line === undefined || row.line === null ? null : Number(row.line),
    label: joined.label,
    license: joined.license,
    origin: joined.origin,
    source: part.sourceKey,
    unit: part.unit,
    flags: canonicalJson([...(row.flags as string[]), ...joined.flags]),
    fixes: canonicalJson(row.fixes),
    split: joined.split ?? splitOf(group === null ? itemId : `group ${group}`, joined.shares ?? config.split),
    better1: better[0] ?? 0,
    better2: better[1] ?? 0,
    better3: better[2] ?? 0,
  };
}

/** Returns the group of an item for the split; null if only its content decides. */
function groupOf(
  config: EffectiveConfig,
  keys: RowKeys,
  path: string,
  row: PartRow,
  { group }: JoinedItem,
): string | null {
  if (keys.byColumn) return keys.group === undefined ? null : textOf(row[keys.group]);
  if (config.split.groupBy === 'sidecar' && group !== null) return group;
  const folder = posix.dirname(path);
  if (config.split.groupBy === 'folder' && folder !== '.') return folder;
  return definitionOf(config.kind).groupOf?.(row) ?? null;
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
