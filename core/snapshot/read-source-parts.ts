// Reads the items of many parts. Those that tick has put into one file are read from there, together.
import { FAILURE, GoldpanError } from '../base/errors.ts';
import type { PartRow } from '../base/parquet-columns.ts';
import { fetchColumns } from '../base/parquet-columns.ts';
import type { RolledFile, RolledPart } from '../ingest/rollup-messages.ts';
import { mapLimit } from '../store/map-limit.ts';
import type { Store } from '../store/store.ts';
import { isLarge, visitSourcePart } from './source-part.ts';

/** Below this share of a file's rows, reading the single parts transfers fewer bytes than reading the file. */
const WORTHWHILE_SHARE = 0.1;

export type PlacedPart = {
  readonly position: number;
  readonly part: Parameters<typeof visitSourcePart>[1] & { readonly rolled?: RolledPart | undefined };
};
export type ReadOptions<Row> = {
  readonly columns: readonly (keyof Row & string)[];
  /** Parts, or files of several, held at a time; large parts are read one after the other. */
  readonly atOnce: number;
  /**
   * Called for the parts in any order, once or several times for a part: with consecutive rows in the order of the part, and the place of
   * the first of them.
   */
  readonly visit: (position: number, rows: Row[], first: number) => void;
  /** Whether any of the rows of a part from `first` to before `end` is needed; all are by default. */
  readonly isWanted?: (position: number, first: number, end: number) => boolean;
};

/** Throws CorruptObjectError when a part is gone or another than its verdict tells. */
export async function readSourceParts<Row = PartRow>(
  data: Store,
  parts: readonly PlacedPart[],
  { columns, atOnce, visit, isWanted }: ReadOptions<Row>,
): Promise<void> {
  const { together, alone } = arrange(parts);
  const readAlone = ({ position, part }: PlacedPart) =>
    visitSourcePart<Row>(data, part, {
      columns,
      visit: (rows, first) => visit(position, rows, first),
      ...(isWanted && { isWanted: (first: number, end: number) => isWanted(position, first, end) }),
    });
  const readFile = async ([file, members]: readonly [RolledFile, readonly PlacedPart[]]) => {
    const rows = await readRolledFile<Row>(data, file, columns);
    for (const { position, part } of members) {
      const first = part.rolled?.firstRow ?? 0;
      const own = rows.slice(first, first + part.items);
      if (own.length !== part.items) throw corrupt(file.key, `is truncated before the items of ${part.key}`);
      visit(position, own, 0);
    }
  };
  await mapLimit(together, atOnce, readFile);
  const large = alone.filter(({ part }) => isLarge(part));
  const small = alone.filter(({ part }) => !isLarge(part));
  await mapLimit(small, atOnce, readAlone);
  for (const part of large) await readAlone(part);
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
