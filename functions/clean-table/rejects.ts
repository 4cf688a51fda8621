// The rejected rows that are kept: each with its line, what is wrong with it, and the row as it came.

import { closeSync, openSync, readSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import * as z from 'zod';
import type { Issue } from '#core/issues.ts';
import { cellsOf } from '#core/table/csv-record.ts';
import type { BrokenRow } from '#core/table/csv-stage.ts';
import type { Dialect } from '#core/table/dialect.ts';
import { TABLE_LIMITS } from '#core/table/limits.ts';
import type { CheckedTable } from './checked-table.ts';
import type { Staged } from './staged.ts';

const FIRST_READ = 1024;
const LONGEST_READ = 512 * 1024;
const QUOTE = 34;
const LF = 10;

const Row = z.looseObject({ line: z.bigint().transform(Number), place: z.bigint().transform(Number) });

/** The first rows that the checks reject, each as it came. */
export async function rejectedRows(table: CheckedTable, staged: Staged): Promise<BrokenRow[]> {
  const { database, masks, rejected } = table;
  const rows = await database.rows(
    `select line, place, ${masks.names.join(', ')} from checked where ${rejected} order by line limit ${TABLE_LIMITS.keptRows}`,
    Row,
  );
  const found: BrokenRow[] = [];
  let length = 0;
  const descriptor = openSync(staged.file, 'r');
  try {
    for (const row of rows) {
      const { text, cells } = readRow(descriptor, row.place, staged);
      found.push({ line: row.line, issues: issuesOf(table, staged, row, cells), row: text });
      length += text.length;
      if (length > TABLE_LIMITS.keptRowsLength) break;
    }
  } finally {
    closeSync(descriptor);
  }
  return found;
}

/** In the order of lines: {path, issues, row}. */
export async function writeRejects(
  rejected: readonly BrokenRow[],
  broken: readonly BrokenRow[],
  path: string,
  file: string,
): Promise<void> {
  const rows = [...rejected, ...broken].sort((a, b) => a.line - b.line).slice(0, TABLE_LIMITS.keptRows);
  await writeFile(file, rows.map(({ issues, row }) => `${JSON.stringify({ path, issues, row })}\n`).join(''));
}

function issuesOf(
  { checks, masks }: CheckedTable,
  staged: Staged,
  row: z.infer<typeof Row>,
  cells: readonly string[],
): [Issue, ...Issue[]] {
  const issues = checks.flatMap(({ code, action, columns, allowed }, i): Issue[] => {
    const { word, value } = masks.bit(i);
    if (action !== 'reject' || ((row[word] as bigint) & BigInt(value)) === 0n) return [];
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

/** The row as text (of JSON the line, of Parquet its cells as JSON) and its cells. */
function readRow(
  descriptor: number,
  place: number,
  { delimiter, columns, format }: Staged,
): { text: string; cells: string[] } {
  let bytes = Buffer.alloc(0);
  let end = -1;
  for (let size = FIRST_READ; end < 0 && size <= LONGEST_READ; size *= 8) {
    bytes = Buffer.alloc(size);
    bytes = bytes.subarray(0, readSync(descriptor, bytes, 0, size, place));
    end = endOfRecord(bytes);
    if (bytes.length < size) break;
  }
  const dialect: Dialect = { delimiter, quote: '"', escaping: 'doubled', lineEnd: '\n' };
  const [line, at, ...rest] = cellsOf(bytes, 0, end < 0 ? bytes.length : end, dialect);
  const cells = format === 'json' ? rest.slice(1) : rest;
  const prefix = `${line}${delimiter}${at}${delimiter}`.length;
  const text =
    format === 'csv'
      ? bytes.toString('utf8', prefix, end < 0 ? bytes.length : end)
      : format === 'json'
        ? (rest[0] ?? '')
        : JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? ''])));
  return { text: cut(text, TABLE_LIMITS.keptRowLength), cells };
}

/** -1 where it goes on. */
function endOfRecord(bytes: Buffer): number {
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) quoted = !quoted;
    else if (bytes[at] === LF && !quoted) return at;
  }
  return -1;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
