// What became of each cell of a table, as another reader tells its cells.
import type { Change } from '#core/kinds/define/change.ts';
import type { TablePreview } from '#core/kinds/table/report/preview.ts';

/** `[line, cells]` of each record, the names of the columns first. */
export type Records = readonly (readonly [line: number, cells: readonly string[]])[];
export type Compared = {
  /** Cells that were compared, those that came back otherwise, and those of them that no fix tells of. */
  readonly values: number;
  readonly changed: number;
  readonly untold: number;
  /** The first of them, for people. */
  readonly example?: string;
};

/** Columns with a recorded fix may hold other values; all others come back as they were. */
export function compareValues(
  records: Records,
  { columns, rows, lines }: TablePreview,
  changes: readonly Change[],
): Compared {
  const byLine = new Map(records.map(([line, cells]) => [line, cells]));
  const told = new Set(changes.map(({ column }) => column));
  let values = 0;
  let changed = 0;
  let untold = 0;
  let example: string | undefined;
  for (const [i, row] of rows.entries()) {
    const cells = byLine.get(lines[i] as number);
    for (const [at, value] of row.entries()) {
      values++;
      const cell = cells?.[at];
      if (cell !== undefined && isSame(cell, value)) continue;
      changed++;
      const name = columns[at]?.name ?? '';
      if (cell !== undefined && told.has(name)) continue;
      untold++;
      example ??= `line ${lines[i]}, ${name}: ${JSON.stringify(cell)} became ${JSON.stringify(value)}`;
    }
  }
  return { values, changed, untold, ...(example !== undefined && { example }) };
}

const TRUTH: Readonly<Record<string, boolean>> = { true: true, yes: true, false: false, no: false };

/** Yes and no of a column that holds nothing else are truth values. */
function isSame(cell: string, value: TablePreview['rows'][number][number]): boolean {
  if (value === null) return cell === '';
  if (typeof value === 'boolean') return TRUTH[cell.trim().toLowerCase()] === value;
  if (typeof value === 'number') return cell.trim() !== '' && Number(cell) === value;
  return cell === String(value) || cell.replaceAll('\r\n', '\n') === value;
}
