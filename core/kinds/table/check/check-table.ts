// Checks a staged table against its schema: all rows at once, in SQL.
import { join } from 'node:path';
import * as z from 'zod';
import { addCounts, type Issue, type IssueCounts } from '../../define/issue.ts';
import type { IssueCode } from '../../issues.ts';
import type { TableDataset } from '../definition.ts';
import type { Checked } from '../process/protocol.ts';
import type { Staged } from '../read/normalised-file.ts';
import { tableChanges } from '../report/changes.ts';
import { previewOf } from '../report/preview.ts';
import type { TableSchema } from '../schema/schema.ts';
import { buildChecked } from './build-checked.ts';
import type { CheckedTable, TableCheck } from './checked-table.ts';
import { markPersonalData } from './personal.ts';
import { rejectedRows, writeRejects } from './rejects.ts';
import { markDuplicates, markRepeats } from './repeats.ts';
import { unusableRules } from './unusable-rules.ts';
import { writeRowsPart } from './write-part.ts';

const REJECTS = 'rejected.jsonl';
const COUNTS_A_QUERY = 200;
const count = z.bigint().transform(Number);

export async function checkTable(check: TableCheck): Promise<Checked> {
  const { staged, database, config, schema, lines, folder, previewRows } = check;
  const { issues, ofFile } = matchColumns(staged, schema, config);
  const [first, ...others] = issues;
  if (first) return { ok: false, issues: [first, ...others] };
  const [unusable] = await unusableRules(schema, database);
  if (unusable) {
    const { check: given, reason: allowed } = unusable;
    return { ok: false, issues: [{ code: 'table.schema', place: { path: staged.path }, given, allowed }] };
  }
  const table = await buildChecked(check, ofFile);
  if (lines) await database.run(`delete from checked where line not in (${[-1, ...lines].join(', ')})`);
  await markPersonalData(table);
  await markRepeats(table);
  await markDuplicates(table);

  await database.run(`create temp table hits as
    select ${table.masks.names.join(', ')}, count(*) as rows from checked group by all`);
  const counts = await countRows(table);
  if (!lines && counts.rows !== staged.rows) throw new Error(`of ${staged.rows} rows, ${counts.rows} were read`);
  const broken = lines ? staged.broken.kept.filter(({ line }) => lines.includes(line)) : staged.broken.kept;
  const brokenCount = lines ? broken.length : staged.broken.count;
  const rejects = join(folder, REJECTS);
  await writeRejects(await rejectedRows(table, staged), broken, staged.path, rejects);
  const accepted = counts.rows - counts.rejected;
  const part = join(folder, 'part.parquet');
  if (accepted > 0) await writeRowsPart(table, check, part);
  const { changes, fixed } = await tableChanges(table, staged);
  const preview = previewRows > 0 ? await previewOf(table, staged, schema, previewRows) : undefined;
  await dropAll(table);
  return {
    ok: true,
    accepted,
    rejected: counts.rejected + brokenCount,
    byIssue: addCounts(counts.rejections, addCounts({ ...counts.flagged }, lines ? {} : staged.broken.byIssue)),
    flagged: counts.flagged,
    changes,
    fixed,
    ...(preview && { preview }),
    part: accepted > 0 ? part : null,
    rejects,
  };
}

/** Returns the result for a table without any valid row. */
export async function onlyBroken({ broken, path }: Staged, folder: string): Promise<Checked> {
  const rejects = join(folder, REJECTS);
  await writeRejects([], broken.kept, path, rejects);
  const { count: rejected, byIssue } = broken;
  return { ok: true, accepted: 0, rejected, byIssue, flagged: {}, changes: [], fixed: {}, part: null, rejects };
}

/** Compares the columns with the schema, and returns the issues of the table and those that concern every row. */
function matchColumns(
  { path, columns, format, detectedEncoding, preamble = 0 }: Staged,
  schema: TableSchema,
  { rules }: TableDataset,
) {
  const known = new Set(schema.columns.map(({ name }) => name));
  // JSON omits empty values, so a missing column is not an issue there.
  const missing =
    format === 'json' ? [] : schema.columns.map(({ name }) => name).filter((name) => !columns.includes(name));
  const unknown = columns.filter((name) => !known.has(name));
  const found: { code: IssueCode; columns: string[]; given: string; allowed: string }[] = [];
  if (missing.length > 0)
    found.push({
      code: 'table.missing-column',
      columns: missing,
      given: columns.join(', '),
      allowed: missing.join(', '),
    });
  if (unknown.length > 0)
    found.push({
      code: 'table.unknown-column',
      columns: unknown,
      given: unknown.join(', '),
      allowed: [...known].join(', '),
    });
  if (detectedEncoding !== undefined)
    found.push({ code: 'table.encoding-detected', columns: [], given: detectedEncoding, allowed: 'UTF-8' });
  if (preamble > 0)
    found.push({
      code: 'table.preamble',
      columns: [],
      given: `${preamble} lines`,
      allowed: 'the names of the columns',
    });
  const actionOf = (code: IssueCode) => rules[code]?.action ?? 'reject';
  const issues = found
    .filter(({ code }) => actionOf(code) === 'reject')
    .map(
      ({ code, columns: names, given, allowed }): Issue => ({
        code,
        place: { path, ...(names[0] !== undefined && { column: names[0] }) },
        given: given.slice(0, 80),
        allowed: allowed.slice(0, 200),
      }),
    );
  return { issues, ofFile: found.filter(({ code }) => actionOf(code) === 'flag') };
}

async function countRows({ database, checks, masks, rejected }: CheckedTable) {
  const rejections = checks.flatMap(({ code, action }, i) =>
    action === 'reject' ? [{ code, sql: masks.any([i]) }] : [],
  );
  const flagged = [...new Set(checks.flatMap(({ code, action }) => (action === 'flag' ? [code] : [])))];
  const flags = flagged.map((code) => {
    const hit = masks.any(checks.flatMap((one, i) => (one.code === code && one.action === 'flag' ? [i] : [])));
    return { code, sql: `${hit} and not ${rejected}` };
  });
  const counted = [...rejections, ...flags];
  const conditions = ['true', rejected, ...counted.map(({ sql }) => sql)];
  const counts: number[] = [];
  for (let first = 0; first < conditions.length; first += COUNTS_A_QUERY) {
    const list = conditions.slice(first, first + COUNTS_A_QUERY);
    const sums = list.map((sql) => `coalesce(sum(rows) filter (${sql}), 0)::bigint`);
    const [row] = await database.rows(
      `select [${sums.join(', ')}] as counts from hits`,
      z.object({ counts: z.array(count) }),
    );
    counts.push(...(row?.counts ?? []));
  }
  const [rows = 0, rejectedRows = 0, ...each] = counts;
  const sums = { rejections: {} as IssueCounts, flagged: {} as IssueCounts };
  for (const [i, { code }] of counted.entries())
    if (each[i]) addCounts(i < rejections.length ? sums.rejections : sums.flagged, { [code]: each[i] });
  return { rows, rejected: rejectedRows, ...sums };
}

/** Drops the tables, so that the same file can be checked against another schema. */
async function dropAll({ database, typed }: CheckedTable): Promise<void> {
  await database.run('drop table checked');
  await database.run('drop table hits');
  for (const { column, enum: categories } of typed)
    if (column.categories) await database.run(`drop type "${categories}"`);
}
