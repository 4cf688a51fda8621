// Encodes the files of a shard as its kind lays them out: pixels, samples and labels as .npy arrays, documents and rows as Parquet.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { encodeNpy, type NpyValues } from '#core/base/npy.ts';
import type { PartRow } from '#core/base/parquet-columns.ts';
import { encodeColumns } from '#core/base/parquet-columns.ts';
import type { ShardLayout } from '#core/kinds/define/kind-definition.ts';
import { FIRST_COLUMNS } from '#core/kinds/define/part-columns.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import type { ShardData } from '#core/snapshot/messages.ts';
import type { ShardPlan, SharedPlan } from '#core/snapshot/shard-plan.ts';
import { shardFile } from '#core/snapshot/snapshot.ts';
import type { Store } from '#core/store/store.ts';
import { eachAlignedItem } from './aligned-items.ts';
import { eachPartItem, lacking } from './part-items.ts';
import type { ShardRow } from './shard-row.ts';

const NO_LABEL = -1;

type Content = Omit<ShardData, 'sha256'> & { readonly bytes: Uint8Array };
type Layout<Type> = Extract<ShardLayout, { readonly type: Type }>;
type Work = {
  readonly data: Store;
  readonly plan: SharedPlan & Omit<ShardPlan, 'schemaVersion'>;
  readonly rows: readonly ShardRow[];
};

/** Yields the files in the order in which they are written. */
export async function shardContent(data: Store, plan: Work['plan'], rows: readonly ShardRow[]): Promise<Content[]> {
  const work = { data, plan, rows };
  const { shard } = definitionOf(plan.config.kind);
  return shard.type === 'rows' ? [await itemRows(work, shard)] : [await itemArray(work, shard), labels(work)];
}

async function itemArray(work: Work, { holds, values: type, itemShape }: Layout<'array'>): Promise<Content> {
  const shape = itemShape(work.plan.config);
  const count = shape.reduce((product, side) => product * side, work.rows.length);
  const values = type === 'uint8' ? new Uint8Array(count) : new Int16Array(count);
  // Parts contain little-endian values, like this machine and .npy.
  await copyBytes(work, new Uint8Array(values.buffer));
  return array(work, holds, type, shape, values);
}

/** Copies the bytes of each item to its position in `into`: of an aligned snapshot, those of its subject. */
async function copyBytes({ data, plan, rows }: Work, into: Uint8Array): Promise<void> {
  const itemBytes = into.length / rows.length;
  if (plan.aligned) {
    await eachAlignedItem(data, plan, rows, (position, bytes) => {
      if (bytes.length !== itemBytes) throw lacking('A file of aligned items', rows[position]?.itemId ?? '');
      into.set(bytes, position * itemBytes);
    });
    return;
  }
  await eachPartItem(data, plan, rows, ['bytes'], (position, { itemId, bytes }) => {
    if (!(bytes instanceof Uint8Array) || bytes.length !== itemBytes) throw lacking('A part', String(itemId));
    into.set(bytes, position * itemBytes);
  });
}

function labels(work: Work): Content {
  const indexOf = new Map(work.plan.labels.map((label, labelIndex) => [label, labelIndex]));
  const values = Int32Array.from(work.rows, ({ label }) =>
    label === null ? NO_LABEL : (indexOf.get(label) ?? NO_LABEL),
  );
  return array(work, 'labels', 'int32', [], values);
}

function array(
  { plan: { name }, rows }: Work,
  holds: ShardData['holds'],
  type: ShardData['type'],
  itemShape: readonly number[],
  values: NpyValues,
): Content {
  const shape = [rows.length, ...itemShape];
  return { holds, file: shardFile(name, holds), type, shape, bytes: encodeNpy({ shape, values }) };
}

async function itemRows({ data, plan, rows }: Work, layout: Layout<'rows'>): Promise<Content> {
  const own = layout.columns(plan.schema, plan.config);
  if (!own) throw new GoldpanError(FAILURE.corruptObject, 'The snapshot has no schema. Start assemble again.');
  const columns = { itemId: FIRST_COLUMNS.itemId, label: FIRST_COLUMNS.label, ...own };
  const lines = new Array<PartRow>(rows.length);
  await eachPartItem(data, plan, rows, layout.read(plan.schema, plan.config), (position, item) => {
    const { itemId, label } = rows[position] as ShardRow;
    const row = layout.row(item);
    if (!row) throw lacking('A part', itemId);
    lines[position] = { ...row, itemId, label };
  });
  const shape = [rows.length, Object.keys(columns).length];
  return {
    holds: 'rows',
    file: shardFile(plan.name, 'rows'),
    type: 'parquet',
    shape,
    bytes: encodeColumns(columns, lines),
  };
}
