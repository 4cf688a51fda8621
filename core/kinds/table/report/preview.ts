// Returns the first accepted rows as stored, beside the original rows, and the reasons for the types of the columns.
import { closeSync, openSync } from 'node:fs';
import * as z from 'zod';
import type { CheckedTable } from '../check/checked-table.ts';
import type { Staged } from '../read/normalised-file.ts';
import { rowAsItCame } from '../read/original-row.ts';
import { Column, isNumeric, type TableSchema } from '../schema/schema.ts';

/** A stored value: whole numbers that a double cannot hold, dates and times as texts. */
const Stored = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const TablePreview = z.strictObject({
  columns: z.array(
    z.strictObject({
      name: z.string(),
      type: Column.shape.type,
      /**
       * Why a column does not have the type of most of its values, similar spellings, and rules that could be added.
       */
      suggested: Column.shape.suggested,
    }),
  ),
  rows: z.array(z.array(Stored)),
  /** The original rows: their lines, and their cells in the order of the columns; null for a missing cell. */
  lines: z.array(z.int()),
  came: z.array(z.array(z.string().nullable())),
});
export type TablePreview = z.infer<typeof TablePreview>;

const Row = z.looseObject({ line: z.bigint().transform(Number), place: z.bigint().transform(Number).optional() });

export async function previewOf(
  { database, typed, rejected }: CheckedTable,
  staged: Staged,
  schema: TableSchema,
  rows: number,
): Promise<TablePreview> {
  const columns = schema.columns.map(({ name, type, suggested }) => ({ name, type, ...(suggested && { suggested }) }));
  const values = typed.map(({ v, column: { type } }) =>
    isNumeric(type) || type === 'boolean' ? v : `${v}::varchar as ${v}`,
  );
  const found = await database.rows(
    `select line, ${[...(staged.plain ? [] : ['place']), ...values].join(', ')} from checked where not ${rejected}
     order by line limit ${rows}`,
    Row,
  );
  const places = schema.columns.map(({ name }) => staged.columns.indexOf(name));
  const descriptor = openSync(staged.file, 'r');
  try {
    return {
      columns,
      rows: found.map((row) => typed.map(({ v }) => storedValue(row[v]))),
      lines: found.map(({ line }) => line),
      came: found.map((row) => {
        const { cells } = rowAsItCame(descriptor, row, staged);
        return places.map((place) => (place < 0 ? null : (cells[place] ?? null)));
      }),
    };
  } finally {
    closeSync(descriptor);
  }
}

function storedValue(value: unknown): string | number | boolean | null {
  if (typeof value !== 'bigint') return (value ?? null) as string | number | boolean | null;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
