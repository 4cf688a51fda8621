// Downloads the rows of a table's snapshot, fits the codec to its training rows and writes the codes of every split.
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SPLITS, type Split } from '#core/kinds/split.ts';
import { cellOf } from '#core/kinds/table/codec/cell-of.ts';
import { rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { CODEC_ROWS, fitCodec } from '#core/kinds/table/codec/fit-codec.ts';
import { schemaRules } from '#core/kinds/table/codec/rules/row-checks.ts';
import { TableSchema } from '#core/kinds/table/schema/schema.ts';
import type { ManifestOf, ShardFile } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { CODEC_FILE, codesFile } from '../coded-files.ts';
import { readRows } from '../read-rows.ts';
import { COMPARED_ROWS, cellsFile } from './table-files.ts';

type TableManifest = ManifestOf<'table'>;

/** Throws CorruptObjectError where a shard does not match the manifest. `check` is called between shards. */
export async function fetchTable(
  data: Store,
  manifest: TableManifest,
  folder: string,
  check: () => void,
): Promise<TableCodec> {
  await mkdir(folder, { recursive: true });
  const names = manifest.schema?.columns.map((column) => column.in) ?? [];
  const shardsOf = (split: Split) => manifest.shards.filter((shard) => shard.split === split);
  const codec = await codecOf(data, manifest, names, check);
  await writeFile(join(folder, CODEC_FILE), JSON.stringify(codec));
  const coder = rowCoder(codec);
  for (const split of SPLITS) {
    await writeFile(codesFile(folder, split), '');
    const compared: Cell[][] = names.map(() => []);
    for (const shard of shardsOf(split)) {
      check();
      const cells = await readShard(data, manifest, shard, names);
      await appendFile(codesFile(folder, split), coder.encode(cells));
      const more = COMPARED_ROWS - (compared[0]?.length ?? 0);
      for (const [column, of] of cells.entries()) for (const cell of of.slice(0, more)) compared[column]?.push(cell);
    }
    await writeFile(cellsFile(folder, split), JSON.stringify(compared));
  }
  return codec;
}

/** Fitted to evenly chosen rows where there are more than it needs. */
async function codecOf(
  data: Store,
  manifest: TableManifest,
  names: readonly string[],
  check: () => void,
): Promise<TableCodec> {
  const { dataset, schema, config, splits } = manifest;
  const step = Math.max(1, Math.ceil(splits.train / CODEC_ROWS));
  const chosen: Cell[][] = names.map(() => []);
  let row = 0;
  for (const shard of manifest.shards.filter(({ split }) => split === 'train')) {
    check();
    const cells = await readShard(data, manifest, shard, names);
    for (let at = 0; at < shard.items; at++, row++) {
      if (row % step === 0) for (const [column, of] of cells.entries()) chosen[column]?.push(of[at] as Cell);
    }
  }
  // The schema with which the rows were checked defines how values are written.
  const written = (await readJson(data, keys.schema(dataset, schema?.version ?? 1), TableSchema))?.value;
  const columns = (schema?.columns ?? []).map((column, place) => {
    const { unit, dateFormat, timeFormat, decimal, alwaysFraction, trueWord, falseWord } =
      written?.columns.find(({ name }) => name === column.name) ?? {};
    const asWritten = { unit, dateFormat, timeFormat, decimal, alwaysFraction, trueWord, falseWord };
    return { ...column, ...asWritten, cells: chosen[place] as Cell[] };
  });
  const codec = fitCodec(columns, config.table.key);
  return written ? { ...codec, ...schemaRules(codec, written) } : codec;
}

/** The cells of a shard by column. */
async function readShard(
  data: Store,
  manifest: TableManifest,
  shard: ShardFile,
  names: readonly string[],
): Promise<Cell[][]> {
  const rows = await readRows(data, manifest, shard, names);
  return names.map((column) => rows.map((row) => cellOf(row[column])));
}
