// The SQL that decides about items is read by a parser of Athena's dialect: where a dataset outgrows one function, it can move.
import parsers from 'node-sql-parser';
import { expect, test } from 'vitest';
import * as sql from '#stages/index/items/items-sql.ts';

const switches = [true, false];
const fixed = Object.entries(sql).flatMap(([name, text]) => (typeof text === 'string' ? [{ name, text }] : []));
const made = switches.flatMap((aligned) =>
  switches.flatMap((hasOutputs) => [
    ...switches.flatMap((dropCopies) =>
      switches.map((dropNear) => ({
        name: `judgedSql, copies ${dropCopies}, near ${dropNear}, aligned ${aligned}, outputs ${hasOutputs}`,
        text: sql.judgedSql({ dropCopies, dropNear, aligned, hasOutputs }),
      })),
    ),
    { name: `itemsSql, aligned ${aligned}, outputs ${hasOutputs}`, text: sql.itemsSql({ aligned, hasOutputs }) },
  ]),
);
const outputs = { name: 'outputsSql', text: sql.outputsSql(0.1) };
const placed = { name: 'placedSql', text: sql.placedSql(8192) };
const statements = [...fixed, ...made, outputs, placed, { name: 'shownSql', text: sql.shownSql([1, 2, 3]) }];

test('there are statements to parse', () => expect(statements.length).toBeGreaterThan(9));

test.each(statements)('$name is Athena’s SQL, too', ({ text }) => {
  // Athena makes tables of queries as DuckDB does; the parser knows its queries only.
  const query = text.trim().replace(/^create table \w+ as\s/i, '');
  expect(() => new parsers.Parser().astify(query, { database: 'athena' })).not.toThrow();
});

test('what only DuckDB knows is refused by that parser, so that passing it says something', () => {
  const own = "copy (select * from found) to 'x' (format parquet)";
  expect(() => new parsers.Parser().astify(own, { database: 'athena' })).toThrow();
});
