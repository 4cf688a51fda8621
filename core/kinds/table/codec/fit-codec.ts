// Fits the codec of a table to its training rows.
import { type Cell, codeCounts, fieldsOf, type TableCodec } from './codec.ts';
import { fitColumn } from './fit-column.ts';
import { withRelations } from './relations.ts';
import type { WrittenColumn } from './write-rows.ts';

/** A column of training rows: its name, the name it has in Parquet, and how its values are written. */
export type TrainingColumn = WrittenColumn & {
  readonly in: string;
  readonly cells: readonly Cell[];
};

/** Maximum number of evenly chosen rows to which a codec is fitted; more would not change the codec noticeably. */
export const CODEC_ROWS = 250_000;

/** The same rows give the same codec. `key` names the column that names a row. Throws RangeError where there is no row or column. */
export function fitCodec(columns: readonly TrainingColumn[], key: string | null = null): TableCodec {
  const rows = columns[0]?.cells.length ?? 0;
  if (rows === 0) throw new RangeError('a codec needs at least one column and one row');
  const fitted = columns.map(({ name, type, cells }) => ({
    type,
    cells,
    source: fitColumn({ name, type, isKey: name === key }, cells),
  }));
  const sources = withRelations(fitted);
  const coded = columns.map(({ cells: _cells, ...column }, place) => ({
    ...definedOnly(column),
    source: sources[place] as (typeof sources)[number],
  }));
  const width = (place: number) =>
    Math.max(...fieldsOf(coded[place] as (typeof coded)[number]).flatMap((field) => [...codeCounts(field)]));
  const order = coded.flatMap((column, place) => (fieldsOf(column).length > 0 ? [place] : []));
  order.sort((a, b) => width(a) - width(b) || a - b);
  return { schemaVersion: 1, rows, columns: coded, order };
}

/** Without the settings that are undefined, which strict JSON does not hold. */
function definedOnly<T extends object>(settings: T): T {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as T;
}
