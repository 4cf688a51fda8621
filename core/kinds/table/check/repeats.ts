// Values and rows that were there before in the same table; the first one stays.
import { findRepeated } from '../sql/find-repeated.ts';
import type { CheckedTable } from './checked-table.ts';

/** Marks the rows whose value in a column without repeats is a later one. */
export async function markRepeats({ database, typed, checks, masks }: CheckedTable): Promise<void> {
  for (const [i, { code, columns }] of checks.entries()) {
    const v = typed.find(({ column }) => column.name === columns[0])?.v;
    if (code !== 'table.unique' || v === undefined) continue;
    const from = `checked where ${v} is not null`;
    if (!(await findRepeated(database, v, from))) continue;
    await mark(
      { database, masks },
      i,
      `select line from (
        select line, row_number() over (partition by ${v} order by line) as copy from ${from}
        and hash(${v}) in (select h from repeated)
      ) where copy > 1`,
    );
  }
}

/** Marks rows that are equal in all columns to an earlier accepted one. */
export async function markDuplicates({ database, typed, checks, masks, rejected }: CheckedTable): Promise<void> {
  const check = checks.findIndex(({ code }) => code === 'item.duplicate');
  if (check < 0) return;
  const values = typed.map(({ v }) => v).join(', ');
  // A row with a value that no other accepted row has cannot be a copy.
  const unlike = typed.filter(({ column }) =>
    checks.some(
      ({ code, action, columns }) => code === 'table.unique' && action === 'reject' && columns[0] === column.name,
    ),
  );
  const from = `checked where ${[`not ${rejected}`, ...unlike.map(({ v }) => `${v} is null`)].join(' and ')}`;
  if (!(await findRepeated(database, values, from))) return;
  await mark(
    { database, masks },
    check,
    `select line from (
      select line, row_number() over (partition by ${values} order by line) as copy from ${from}
      and hash(${values}) in (select h from repeated)
    ) where copy > 1`,
  );
}

async function mark(
  { database, masks }: Pick<CheckedTable, 'database' | 'masks'>,
  check: number,
  lines: string,
): Promise<void> {
  const { word, value } = masks.bit(check);
  await database.run(`update checked set ${word} = ${word} | ${value} where line in (${lines})`);
}
