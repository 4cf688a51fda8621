// Finds personal data in the texts of a table: SQL finds candidates, and exact rules confirm them.

import * as z from 'zod';
import { nameLikeColumns } from '../../personal-columns.ts';
import { findPersonalData, maskPersonalData } from '../../personal-data.ts';
import type { CheckedTable } from './checked-table.ts';

/** Texts of a column that are read one by one; where more than half of those were hits, the others count as hits too. */
const READ_ONE_BY_ONE = 50_000;
const MASKED_COLUMN = '[personal]';
/** An at sign, or four digits with little between them: e-mail addresses, telephones, accounts, cards, network addresses. */
const MAYBE = (v: string) => `(contains(${v}, '@') or regexp_matches(${v}, '[0-9](?:[0-9A-Fa-f .:/()-]*[0-9]){3}'))`;

const Candidate = z.object({ line: z.bigint(), value: z.string() });

export async function markPersonalData(table: CheckedTable): Promise<void> {
  const { database, checks, masks, typed } = table;
  const named = nameLikeColumns(typed.map(({ column }) => column.name));
  for (const { v, column } of typed) {
    const i = checks.findIndex(({ code, columns }) => code === 'item.personal-data' && columns[0] === column.name);
    const check = checks[i];
    if (!check) continue;
    const { word, value: bit } = masks.bit(i);
    const isFixed = check.action === 'fix';
    const beforeSql = isFixed ? `, before = coalesce(before, left(sha256(${v}), 16))` : '';
    if (named.has(column.name)) {
      // Found with the other checks; only its values are left to mask.
      if (isFixed) await database.run(`update checked set ${v} = '${MASKED_COLUMN}' where ${v} is not null`);
      continue;
    }
    const candidates = await database.rows(
      `select line, ${v} as value from checked where ${v} is not null and ${MAYBE(v)} order by line limit ${READ_ONE_BY_ONE + 1}`,
      Candidate,
    );
    const hits = candidates.flatMap(({ line, value }) => {
      const spans = findPersonalData(value);
      return spans.length > 0 ? [{ line, masked: maskPersonalData(value, spans) }] : [];
    });
    if (hits.length === 0) continue;
    const everywhere = candidates.length > READ_ONE_BY_ONE && hits.length * 2 > candidates.length;
    await database.run('create or replace temp table personal (line bigint, masked varchar)');
    const appender = await database.connection.createAppender('personal');
    for (const { line, masked } of hits) {
      appender.appendBigInt(line);
      appender.appendVarchar(masked);
      appender.endRow();
    }
    appender.closeSync();
    if (everywhere)
      await database.run(`insert into personal select line, '${MASKED_COLUMN}' from checked
        where ${v} is not null and ${MAYBE(v)} and line > (select max(line) from personal)`);
    await database.run(
      `update checked set ${word} = ${word} | ${bit}${beforeSql}${isFixed ? `, ${v} = personal.masked` : ''} from personal where checked.line = personal.line`,
    );
    await database.run('drop table personal');
  }
}
