// Profiles the accepted rows of a table, column by column.
import * as z from 'zod';
import { isNumeric, isTemporal } from '../schema/schema.ts';
import type { CheckedTable } from './checked-table.ts';
import type { TypedColumn } from './typed.ts';

const number = z.number().nullable();
const Profile = z.object({
  nulls: z.bigint().transform(Number),
  distinct: z.bigint().transform(Number),
  min: z.string().nullable().optional(),
  max: z.string().nullable().optional(),
  mean: number.optional(),
  deviation: number.optional(),
  quartiles: z.array(z.number()).nullable().optional(),
});
/** `distinct` is an estimate within a few per cent. */
export type ColumnStatistics = Omit<z.infer<typeof Profile>, 'quartiles'> & { name: string; quartiles?: number[] };

/** Number of rows that are sampled for the quartiles of a large table. */
const QUARTILE_ROWS = 100_000;
const COLUMNS_A_QUERY = 50;

export async function profileColumns(
  { database, typed, checks, rejected }: CheckedTable,
  rows: number,
): Promise<ColumnStatistics[]> {
  const profiles: ColumnStatistics[] = [];
  const unlike = new Set(
    checks.flatMap(({ code, action, columns }) => (code === 'table.unique' && action === 'reject' ? columns : [])),
  );
  const step = Math.max(1, Math.floor(rows / QUARTILE_ROWS));
  for (let first = 0; first < typed.length; first += COLUMNS_A_QUERY) {
    const columns = typed.slice(first, first + COLUMNS_A_QUERY);
    const structs = columns.map((one, i) => {
      const { v, column } = one;
      const { type } = column;
      const ordered = isNumeric(type) || isTemporal(type);
      return `{'nulls': count(*) - count(${v}), 'distinct': ${distinctSql(one, unlike.has(column.name))}${
        ordered ? `, 'min': min(${v})::varchar, 'max': max(${v})::varchar` : ''
      }${
        isNumeric(type)
          ? `, 'mean': avg(${v}), 'deviation': stddev_samp(${v}::double), 'quartiles': approx_quantile(${v}::double, [0.25, 0.5, 0.75]) filter (line % ${step} = 0)`
          : ''
      }} as p${i}`;
    });
    const [row] = await database.rows(
      `select ${structs.join(', ')} from checked where not ${rejected}`,
      z.record(z.string(), Profile),
    );
    for (const [i, { column }] of columns.entries()) {
      const { quartiles, ...facts } = (row as Record<string, z.infer<typeof Profile>>)[`p${i}`] as z.infer<
        typeof Profile
      >;
      profiles.push({ name: column.name, ...facts, ...(quartiles && { quartiles }) });
    }
  }
  return profiles;
}

/** `unlike`: all values are different. Estimating the number costs as much as all other measures of a column. */
function distinctSql({ v, column: { type } }: TypedColumn, unlike: boolean): string {
  if (unlike) return `count(${v})`;
  return type === 'boolean' ? `coalesce((min(${v}) <> max(${v}))::bigint + 1, 0)` : `approx_count_distinct(${v})`;
}
