// Exports a table with its original columns, one file for each shard, and items.csv with the facts about each row.
import { encodeColumns, type PartRow } from '#core/base/parquet-columns.ts';
import type { Cell } from '#core/kinds/table/codec/codec.ts';
import { csvOf, jsonLinesOf } from '#core/kinds/table/codec/write-rows.ts';
import { PARQUET_TYPES } from '#core/kinds/table/part-columns.ts';
import type { Manifest } from '#core/snapshot/messages.ts';
import type { ExportLayout } from './export-layout.ts';
import { csvLine, factColumns, itemFacts, shardPath } from './item-facts.ts';
import type { ExportFormat } from './output.ts';
import { shardRows } from './shard-items.ts';

// Without `dtype=False` pandas makes numbers of texts that look like some, and loses digits of long ones.
const READERS = {
  csv: "pandas.read_csv('train.csv')",
  jsonl: "pandas.read_json('train.jsonl', lines=True, dtype=False, convert_dates=False)",
  parquet: "pandas.read_parquet('train.parquet')",
} as const;

/** The formats of tables. */
export type CellFormat = keyof typeof READERS & ExportFormat;

export function cellFiles(manifest: Manifest, as: CellFormat): ExportLayout {
  const columns = manifest.schema?.columns ?? [];
  return {
    paths: (shard) => [shardPath(manifest, shard, as)],
    async *files(data, shard, rows) {
      const inShard = columns.map((column) => column.in);
      const found = await shardRows(data, manifest, shard, rows, inShard);
      if (as === 'parquet') yield parquetRows(manifest, found);
      else {
        const cells = columns.map((column) => found.map((row) => cellOf(row[column.in])));
        const text =
          as === 'csv' ? csvOf({ columns }, cells, { delimiter: ',', header: true }) : jsonLinesOf({ columns }, cells);
        yield Buffer.from(text);
      }
    },
    list: (shard, rows, isFirst) => {
      const names = ['file', 'row', 'split', ...Object.keys(factColumns(manifest))];
      const file = shardPath(manifest, shard, as);
      const lines = rows.map((row, i) => csvLine([file, i, shard.split, ...Object.values(itemFacts(manifest, row))]));
      return { path: 'items.csv', text: (isFirst ? csvLine(names) : '') + lines.join('') };
    },
    about: [
      'One file for each split, or several numbered ones, with the columns of the table under their own names.',
      'Dates are written by ISO 8601.',
      '`items.csv` has for each row its file, its place in it (from 0), split, label, id, flags, original path and licence.',
    ].join(' '),
    python: `import pandas\nrows = ${READERS[as]}`,
  };
}

function parquetRows({ schema }: Pick<Manifest, 'schema'>, found: readonly PartRow[]): Uint8Array {
  const columns = schema?.columns ?? [];
  const types = columns.map(({ name, type }) => [name, { type: PARQUET_TYPES[type], nullable: true as const }]);
  const rows = found.map((row) => Object.fromEntries(columns.map((column) => [column.name, row[column.in] ?? null])));
  return encodeColumns<PartRow>(Object.fromEntries(types), rows);
}

/** A whole number that a double does not hold is written by its digits. */
function cellOf(value: unknown): Cell {
  if (typeof value !== 'bigint') return (value ?? null) as Cell;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
