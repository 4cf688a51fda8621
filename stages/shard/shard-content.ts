// Encodes the files of a shard by kind: pixels, samples and labels as .npy arrays, documents and rows as Parquet.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { encodeNpy, type NpyValues } from '#core/base/npy.ts';
import { encodeColumns, type PartColumn } from '#core/base/parquet-columns.ts';
import type { ColumnType } from '#core/kinds/table/schema/schema.ts';
import type { ShardData, SnapshotIndex, SnapshotSchema } from '#core/snapshot/messages.ts';
import { audioSamples, shardFile } from '#core/snapshot/snapshot.ts';
import type { PartRow } from '#core/snapshot/source-part.ts';
import type { Store } from '#core/store/store.ts';
import { eachPartItem, lacking } from './part-items.ts';
import type { ShardRow } from './shard-row.ts';

const NO_LABEL = -1;
const COLUMN_OF: Record<ColumnType, PartColumn['type']> = {
  integer: 'INT64',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  datetime: 'MICROS',
  category: 'STRING',
  text: 'STRING',
  id: 'STRING',
};

type Content = Omit<ShardData, 'sha256'> & { readonly bytes: Uint8Array };
type Work = {
  readonly data: Store;
  readonly index: SnapshotIndex;
  readonly name: string;
  readonly rows: readonly ShardRow[];
};

/** Yields the files in the order in which they are written. */
export async function shardContent(
  data: Store,
  index: SnapshotIndex,
  name: string,
  rows: readonly ShardRow[],
): Promise<Content[]> {
  const work = { data, index, name, rows };
  const { config, schema } = index;
  if (config.kind === 'text') return [await documents(work)];
  if (config.kind === 'table') return [await tableRows(work, schema)];
  return [
    config.kind === 'image' ? await pixels(work, config.image) : await samples(work, audioSamples(config.audio)),
    labels(work),
  ];
}

type ImageShape = { readonly width: number; readonly height: number; readonly channels: number };

async function pixels(work: Work, { width, height, channels }: ImageShape): Promise<Content> {
  const values = new Uint8Array(work.rows.length * height * width * channels);
  await copyBytes(work, values);
  return array(work, 'pixels', 'uint8', [height, width, channels], values);
}

async function samples(work: Work, length: number): Promise<Content> {
  const values = new Int16Array(work.rows.length * length);
  // Parts contain little-endian samples, like this machine and .npy.
  await copyBytes(work, new Uint8Array(values.buffer));
  return array(work, 'samples', 'int16', [length], values);
}

/** Copies the bytes of each item to its position in `into`. */
async function copyBytes({ data, index, rows }: Work, into: Uint8Array): Promise<void> {
  const itemBytes = into.length / rows.length;
  await eachPartItem(data, index, rows, ['bytes'], (position, { itemId, bytes }) => {
    if (!(bytes instanceof Uint8Array) || bytes.length !== itemBytes) throw lacking('A part', String(itemId));
    into.set(bytes, position * itemBytes);
  });
}

function labels(work: Work): Content {
  const indexOf = new Map(work.index.labels.map((label, place) => [label, place]));
  const values = Int32Array.from(work.rows, ({ label }) =>
    label === null ? NO_LABEL : (indexOf.get(label) ?? NO_LABEL),
  );
  return array(work, 'labels', 'int32', [], values);
}

function array(
  { name, rows }: Work,
  holds: ShardData['holds'],
  type: ShardData['type'],
  itemShape: readonly number[],
  values: NpyValues,
): Content {
  const shape = [rows.length, ...itemShape];
  return { holds, file: shardFile(name, holds), type, shape, bytes: encodeNpy({ shape, values }) };
}

async function documents(work: Work): Promise<Content> {
  const columns: Record<string, PartColumn> = {
    itemId: { type: 'STRING', distinct: true },
    label: { type: 'STRING', nullable: true },
    text: { type: 'STRING', distinct: true },
  };
  const decoder = new TextDecoder();
  return rowsFile(work, columns, ['bytes'], ({ bytes }, { itemId, label }) => {
    if (!(bytes instanceof Uint8Array)) throw lacking('A part', itemId);
    return { itemId, label, text: decoder.decode(bytes) };
  });
}

async function tableRows(work: Work, schema: SnapshotSchema | null): Promise<Content> {
  if (!schema) throw new GoldpanError(FAILURE.corruptObject, 'The snapshot has no schema. Start assemble again.');
  const own = schema.columns.map((column) => [column.in, { type: COLUMN_OF[column.type], nullable: true }] as const);
  const names = schema.columns.map((column) => column.in);
  const columns: Record<string, PartColumn> = {
    itemId: { type: 'STRING', distinct: true },
    label: { type: 'STRING', nullable: true },
    ...Object.fromEntries(own),
  };
  return rowsFile(work, columns, names, (row, { itemId, label }) => ({ ...row, itemId, label }));
}

async function rowsFile(
  { data, index, name, rows }: Work,
  columns: Record<string, PartColumn>,
  read: readonly string[],
  rowOf: (item: PartRow, row: ShardRow) => PartRow,
): Promise<Content> {
  const lines = new Array<PartRow>(rows.length);
  await eachPartItem(data, index, rows, read, (position, item) => {
    lines[position] = rowOf(item, rows[position] as ShardRow);
  });
  const shape = [rows.length, Object.keys(columns).length];
  return { holds: 'rows', file: shardFile(name, 'rows'), type: 'parquet', shape, bytes: encodeColumns(columns, lines) };
}
