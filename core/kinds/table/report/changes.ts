// Lists the changes that rules made to the accepted rows of a table, by rule and column, with the first cells before and after.
import { closeSync, openSync } from 'node:fs';
import * as z from 'zod';
import { type Change, EXAMPLES, exampleText } from '../../define/change.ts';
import type { IssueCounts } from '../../define/issue.ts';
import type { CheckedTable } from '../check/checked-table.ts';
import type { Staged } from '../read/normalised-file.ts';
import { rowAsItCame } from '../read/original-row.ts';

/** Changes with examples; more are only counted. */
const MOST_SHOWN = 40;

const count = z.bigint().transform(Number);
const Counted = z.object({ counts: z.array(count) });
const Row = z.object({ line: count, place: count.optional(), after: z.string().nullable() });

/** `fixed`: accepted rows with a changed cell, by rule; a row counts once, however many of its columns changed. */
type TableChanges = { readonly changes: Change[]; readonly fixed: IssueCounts };

export async function tableChanges(
  { database, checks, masks, typed, rejected }: CheckedTable,
  staged: Staged,
): Promise<TableChanges> {
  const fixes = checks.flatMap((check, i) => (check.action === 'fix' ? [{ ...check, hit: masks.any([i]) }] : []));
  if (fixes.length === 0) return { changes: [], fixed: {} };
  const rules = [...new Set(fixes.map(({ code }) => code))];
  const ofRule = rules.map((rule) =>
    masks.any(checks.flatMap(({ code, action }, i) => (action === 'fix' && code === rule ? [i] : []))),
  );
  const hits = [...ofRule, ...fixes.map(({ hit }) => hit)];
  const [row] = await database.rows(
    `select [${hits.map((hit) => `coalesce(sum(rows) filter (${hit} and not ${rejected}), 0)::bigint`).join(', ')}] as counts from hits`,
    Counted,
  );
  const counts = row?.counts ?? [];
  const fixed: IssueCounts = {};
  for (const [i, rule] of rules.entries()) if (counts[i]) fixed[rule] = counts[i];
  const found = fixes
    .map((fix, i) => ({ ...fix, items: counts[rules.length + i] ?? 0 }))
    .filter(({ items }) => items > 0)
    .sort((a, b) => b.items - a.items);
  const changes: Change[] = [];
  const descriptor = openSync(staged.file, 'r');
  try {
    for (const [i, { code, columns, hit, items }] of found.entries()) {
      const column = columns[0];
      const change = { rule: code, items, ...(column !== undefined && { column }) };
      const v = typed.find((one) => one.column.name === column)?.v;
      // Personal data is not shown.
      const isShown = i < MOST_SHOWN && v !== undefined && code !== 'item.personal-data';
      const rows = isShown
        ? await database.rows(
            `select line, ${staged.plain ? '' : 'place, '}${v}::varchar as after from checked
             where ${hit} and not ${rejected} order by line limit ${EXAMPLES}`,
            Row,
          )
        : [];
      const place = staged.columns.indexOf(column ?? '');
      const examples = rows.map((one) => ({
        path: staged.path,
        line: one.line,
        before: exampleText(rowAsItCame(descriptor, one, staged).cells[place] ?? ''),
        after: one.after === null ? null : exampleText(one.after),
      }));
      changes.push({ ...change, examples });
    }
  } finally {
    closeSync(descriptor);
  }
  return { changes, fixed };
}
