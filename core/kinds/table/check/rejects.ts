// Writes the rejected rows that are kept: each with its line, its issues and the original row.

import { closeSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import * as z from 'zod';
import type { Issue } from '../../define/issue.ts';
import { TABLE_LIMITS } from '../limits.ts';
import type { BrokenRow } from '../read/normalise-csv.ts';
import type { Staged } from '../read/normalised-file.ts';
import { rowAsItCame } from '../read/original-row.ts';
import type { CheckedTable } from './checked-table.ts';
import type { Check } from './checks.ts';

const count = z.bigint().transform(Number);
const Row = z.looseObject({ line: count, place: count.optional() });

/** Returns the first rejected rows in their original form. */
export async function rejectedRows(table: CheckedTable, staged: Staged): Promise<BrokenRow[]> {
  const { database, masks, rejected } = table;
  const rows = await database.rows(
    `select ${['line', ...(staged.plain ? [] : ['place']), ...masks.names].join(', ')} from checked where ${rejected} order by line limit ${TABLE_LIMITS.keptRows}`,
    Row,
  );
  const rejections = table.checks.flatMap((check, i) => {
    const { word, value } = masks.bit(i);
    return check.action === 'reject' ? [{ ...check, word, bit: BigInt(value) }] : [];
  });
  const found: BrokenRow[] = [];
  let length = 0;
  const descriptor = openSync(staged.file, 'r');
  try {
    for (const row of rows) {
      const came = rowAsItCame(descriptor, row, staged);
      const text = cut(came.text, TABLE_LIMITS.keptRowLength);
      found.push({ line: row.line, issues: issuesOf(rejections, staged, row, came.cells), row: text });
      length += text.length;
      if (length > TABLE_LIMITS.keptRowsLength) break;
    }
  } finally {
    closeSync(descriptor);
  }
  return found;
}

/** Writes {path, issues, row} in the order of lines. */
export async function writeRejects(
  rejected: readonly BrokenRow[],
  broken: readonly BrokenRow[],
  path: string,
  file: string,
): Promise<void> {
  const rows = [...rejected, ...broken].sort((a, b) => a.line - b.line).slice(0, TABLE_LIMITS.keptRows);
  await writeFile(file, rows.map(({ issues, row }) => `${JSON.stringify({ path, issues, row })}\n`).join(''));
}

type Rejection = Check & { readonly word: string; readonly bit: bigint };

function issuesOf(
  rejections: readonly Rejection[],
  staged: Staged,
  row: z.infer<typeof Row>,
  cells: readonly string[],
): [Issue, ...Issue[]] {
  const issues = rejections.flatMap(({ code, columns, allowed, word, bit }): Issue[] => {
    if (((row[word] as bigint) & bit) === 0n) return [];
    const given = columns.map((name) => cells[staged.columns.indexOf(name)] ?? '').join(', ');
    return [
      {
        code,
        place: { path: staged.path, line: row.line, ...(columns[0] !== undefined && { column: columns.join(', ') }) },
        given: cut(given, TABLE_LIMITS.givenLength),
        ...(allowed !== undefined && { allowed }),
      },
    ];
  });
  return issues as [Issue, ...Issue[]];
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
