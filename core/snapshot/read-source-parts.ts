// Reads the items of many parts. Those that tick has put into one file are read from there, together.
import { FAILURE, GoldpanError } from '../base/errors.ts';
import type { PartRow } from '../base/parquet-columns.ts';
import { fetchColumns } from '../base/parquet-columns.ts';
import type { RolledFile, RolledPart } from '../ingest/rollup-messages.ts';
import { mapLimit } from '../store/map-limit.ts';
import type { Store } from '../store/store.ts';
import type { SourcePart } from './snapshot.ts';
import { readSourcePart } from './source-part.ts';

/** Below this share of a file's rows, reading the single parts transfers fewer bytes than reading the file. */
const WORTHWHILE_SHARE = 0.1;

export type PlacedPart = {
  readonly position: number;
  readonly part: Pick<SourcePart, 'key' | 'sha256' | 'items'> & { readonly rolled?: RolledPart | undefined };
};
export type ReadOptions<Row> = {
  readonly columns: readonly (keyof Row & string)[];
  /** Parts, or files of several, held at a time. */
  readonly atOnce: number;
  /** Called for the parts in any order; the rows are in the order of their part. */
  readonly visit: (position: number, rows: Row[]) => void;
};

/** Throws CorruptObjectError when a part is gone or another than its verdict tells. */
export async function readSourceParts<Row = PartRow>(
  data: Store,
  parts: readonly PlacedPart[],
  { columns, atOnce, visit }: ReadOptions<Row>,
): Promise<void> {
  const { together, alone } = arrange(parts);
  const readFile = async ([file, members]: readonly [RolledFile, readonly PlacedPart[]]) => {
    const rows = await readRolledFile<Row>(data, file, columns);
    for (const { position, part } of members) {
      const first = part.rolled?.firstRow ?? 0;
      const own = rows.slice(first, first + part.items);
      if (own.length !== part.items) throw corrupt(file.key, `is truncated before the items of ${part.key}`);
      visit(position, own);
    }
  };
  await mapLimit(together, atOnce, readFile);
  await mapLimit(alone, atOnce, async ({ position, part }) =>
    visit(position, await readSourcePart<Row>(data, part, columns)),
  );
}

/** All rows of a file of several parts. */
export async function readRolledFile<Row>(
  data: Store,
  { key, rows: count, bytes }: RolledFile,
  columns: readonly (keyof Row & string)[],
): Promise<Row[]> {
  const fetch = async (first: number, last: number) => {
    const piece = await data.get(key, { range: { first, last } });
    if (piece?.body.length !== last - first + 1) throw corrupt(key, piece ? 'is truncated' : 'does not exist');
    return piece.body;
  };
  const rows = await fetchColumns<Row, keyof Row & string>(bytes, fetch, columns);
  if (rows.length !== count) throw corrupt(key, `contains ${rows.length} rows; its rollup lists ${count}`);
  return rows as Row[];
}

function arrange(parts: readonly PlacedPart[]) {
  const byFile = Map.groupBy(parts, ({ part }) => part.rolled?.file.key);
  const alone = [...(byFile.get(undefined) ?? [])];
  const together: [RolledFile, PlacedPart[]][] = [];
  for (const members of byFile.values()) {
    const file = members[0]?.part.rolled?.file;
    if (!file) continue;
    const wanted = members.reduce((sum, { part }) => sum + part.items, 0);
    if (wanted >= file.rows * WORTHWHILE_SHARE) together.push([file, members]);
    else alone.push(...members);
  }
  return { together, alone };
}

function corrupt(key: string, what: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `${key} ${what}. Start assemble again.`);
}
