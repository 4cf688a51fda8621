// Writes one accepted item to a file, beside the file as it was uploaded.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { ruleOfFix } from '#core/kinds/define/fix-record.ts';
import { partColumns } from '#core/kinds/table/part-columns.ts';
import type { Manifest, ShardFile } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import type { Context } from '../../context.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { checkedDataset } from '../checked-dataset.ts';
import { chooseItem, isIdStart, isPathOf, SHORTEST_ID } from '../choose-item.ts';
import { findManifest } from '../export/find-manifest.ts';
import { contentOf, itemFiles, shardRows } from '../export/shard-items.ts';
import { type SnapshotRow, snapshotRows } from '../export/snapshot-rows.ts';
import { originalFile } from './original-file.ts';
import type { ItemOutput } from './output.ts';

const NAME_CHARACTERS = 12;

type Found = {
  readonly row: SnapshotRow;
  readonly shard: ShardFile;
  readonly rows: readonly SnapshotRow[];
  readonly position: number;
};
export type GetItemOptions = {
  /** The beginning of an item id, or a path as `goldpan export` lists it, or the end of one. */
  readonly name: string;
  readonly snapshot: string | undefined;
  /** A folder. */
  readonly out: string;
};

/** Throws ClientFailure if no item of the snapshot has the name, or if several ids begin with it. */
export async function getItem(
  { deployment: { data, drop } }: Context,
  givenDataset: string,
  { name, snapshot, out }: GetItemOptions,
): Promise<ItemOutput> {
  const dataset = checkedDataset(givenDataset);
  const manifest = await findManifest(data, dataset, snapshot);
  const found = await findRows(data, manifest, name);
  const { row, shard, rows, position } = chooseItem(
    found,
    name,
    ({ row: { itemId, path } }) => ({ id: itemId, path }),
    missing(name, manifest),
  );
  const { extension, bytes } = await cleanItem(data, manifest, shard, rows, position);
  mkdirSync(out, { recursive: true });
  const stem = row.itemId.slice(0, NAME_CHARACTERS);
  const file = join(out, `${stem}.${extension}`);
  writeFileSync(file, bytes);
  const uploaded = row.path === row.file ? await originalFile(drop, dataset, row) : undefined;
  const original = uploaded ? join(out, `${stem}-original${extname(basename(row.file))}`) : null;
  if (uploaded && original !== null) writeFileSync(original, uploaded);
  return {
    dataset,
    snapshotId: manifest.snapshotId,
    itemId: row.itemId,
    path: row.path,
    split: shard.split,
    label: row.label,
    flags: [...row.flags],
    fixes: row.fixes.map((fix) => ruleOfFix(fix)),
    file,
    original,
    source: row.source,
  };
}

async function findRows(data: Store, manifest: Manifest, name: string): Promise<Found[]> {
  const isId = isIdStart(name);
  const found: Found[] = [];
  let read = 0;
  for await (const rows of snapshotRows(data, manifest)) {
    const shard = manifest.shards[read++] as ShardFile;
    for (const [position, row] of rows.entries())
      if (isPathOf(row.path, name) || (isId && row.itemId.startsWith(name))) found.push({ row, shard, rows, position });
  }
  const exact = found.filter(({ row }) => row.path === name);
  return exact.length > 0 ? exact : found;
}

function missing(name: string, { snapshotId, dataset }: Manifest): ClientFailure {
  return new ClientFailure(`${name} is neither the id nor the path of an item in snapshot ${snapshotId}.`, {
    next: `Give the path of a file, or at least ${SHORTEST_ID} characters of an id. Rejected items: goldpan quarantine list ${dataset}`,
    exitCode: EXIT.usage,
  });
}

/** A row of a table is a JSON object by the names of its columns; 64-bit integers are texts. */
async function cleanItem(
  data: Store,
  manifest: Manifest,
  shard: ShardFile,
  rows: readonly SnapshotRow[],
  position: number,
): Promise<{ readonly extension: string; readonly bytes: Uint8Array | string }> {
  const content = contentOf(manifest);
  if (content.type === 'cells') {
    const names = manifest.schema?.columns.map(({ name }) => name) ?? [];
    const columns = partColumns(names);
    const row = (await shardRows(data, manifest, shard, rows, columns))[position] ?? {};
    const cells = Object.fromEntries(columns.map((column, i) => [names[i] as string, row[column]]));
    const text = JSON.stringify(cells, (_, cell: unknown) => (typeof cell === 'bigint' ? String(cell) : cell), 2);
    return { extension: 'json', bytes: `${text}\n` };
  }
  let read = 0;
  for await (const bytes of itemFiles(data, manifest, shard, rows))
    if (read++ === position) return { extension: content.extension, bytes };
  throw new RangeError(`shard ${shard.name} has no item ${position}`);
}
