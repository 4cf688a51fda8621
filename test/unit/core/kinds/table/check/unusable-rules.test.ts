import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '#core/kinds/table/check/database.ts';
import { unusableRules } from '#core/kinds/table/check/unusable-rules.ts';
import { parsePredicate } from '#core/kinds/table/schema/predicate.ts';
import { TableSchema } from '#core/kinds/table/schema/schema.ts';
import { checkTable } from '../../../../../fixtures/tables.ts';

const COLUMNS = [
  { name: 'name', type: 'text' },
  { name: 'age', type: 'integer' },
  { name: 'born', type: 'date' },
  { name: 'weight', type: 'number' },
  { name: 'well', type: 'boolean' },
] as const;
const ROWS = 'name,age,born,weight,well\nAnn,39,2000-01-31,70.5,true\nBea,,,,\n';
const TOKENS = [
  ...COLUMNS.map(({ name }) => name),
  ...'and or not in between is null like true case when then else end distinct from = <> < >= + - * / % || ( ) , 1 0 2.5 1e300'.split(
    ' ',
  ),
  ...'abs( floor( round( least( coalesce( nullif( length( lower( sqrt( ln( power( mod( year( date_diff( contains('.split(
    ' ',
  ),
  "'a'",
  "'2000-01-01'",
];
const NUMBERS = [
  'age',
  'weight',
  '0',
  '2.5',
  '1e300',
  'abs(age)',
  'sqrt(weight - 100)',
  'ln(age - 39)',
  'power(age, weight)',
  'year(born)',
  'length(name)',
  'weight / 0',
  'mod(age, 0)',
  'age * 1000000000000000000',
  'coalesce(age, weight, 0)',
];
const COMPARISONS = ['=', '<>', '<', '>=', 'is distinct from'];
const folder = mkdtempSync(join(tmpdir(), 'rules-'));
let database: Database;
beforeAll(async () => {
  database = await openDatabase(folder, 128);
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const withRule = (check: string) =>
  TableSchema.parse({ version: 1, columns: COLUMNS, rules: [{ name: 'rule', check }] });
const reasonOf = async (check: string) => (await unusableRules(withRule(check), database))[0]?.reason;

test.each([
  'age > ',
  'age age age',
  'name + 1 > 2',
  'abs(age, 1) > 0',
  'length(age) > 1',
  'case when age',
  'distinct age from',
  'age',
  'age + 1',
  "born > 'no day'",
])('a rule that no row can be held to is refused with a reason: %s', async (check) => {
  expect(await reasonOf(check)).toMatch(/^a condition that /);
  const answer = await checkTable(ROWS, { schema: withRule(check) });
  expect(answer.byIssue).toEqual({ 'table.schema': 1 });
  expect(answer.rejects[0]?.issues).toMatchObject([{ code: 'table.schema', given: check }]);
});

test.each([
  'age > 18',
  'weight / age < 5 or age is null',
  "born between '1900-01-01' and '2100-01-01'",
  'well or year(born) >= 1990',
  'case when age > 1 then well else true end',
  "lower(name) in ('ann', 'bea')",
  'exp(age * 1000) > 0',
])('a rule that rows can be held to is taken: %s', async (check) => {
  expect(await reasonOf(check)).toBeUndefined();
});

test('a number that no column can reach is refused, where it refused every row in silence', () => {
  expect(parsePredicate('age > 1e400', ['age'])).toMatchObject({ ok: false, reason: '1e400 is too large' });
});

test('whatever is made of the tokens of conditions is refused as a rule, or checks a table without a fault', async () => {
  let taken = 0;
  const anything = fc
    .array(fc.constantFrom(...TOKENS), { minLength: 1, maxLength: 9 })
    .map((tokens) => tokens.join(' '));
  const number = fc.oneof(fc.constantFrom(...NUMBERS), anything);
  const comparison = fc.tuple(number, fc.constantFrom(...COMPARISONS), number).map((parts) => parts.join(' '));
  const condition = fc.array(comparison, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' or '));
  await fc.assert(
    fc.asyncProperty(fc.oneof(anything, condition), async (check) => {
      const names = COLUMNS.map(({ name }) => name);
      if (!parsePredicate(check, names).ok) return;
      if ((await reasonOf(check)) !== undefined) return;
      taken++;
      const { accepted, rejected } = await checkTable(ROWS, { schema: withRule(check) });
      expect(accepted + rejected).toBe(2);
    }),
    { numRuns: 400, seed: 7 },
  );
  expect(taken).toBeGreaterThan(10);
});
