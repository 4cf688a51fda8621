import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsOf, parsePredicate, predicateSql } from '#core/kinds/table/schema/predicate.ts';

const COLUMNS = ['age', 'income', 'Größe in cm', 'order'];
const sqlOf = (source: string) => {
  const parsed = parsePredicate(source, COLUMNS);
  return parsed.ok ? predicateSql(parsed, (index) => `v${index}`) : parsed.reason;
};

test('columns become what they are called in SQL, and nothing else of the text remains', () => {
  expect(sqlOf('age >= 18 or income is null')).toBe('v0 >= 18 or v1 is null');
  expect(sqlOf('"Größe in cm" between 50 and 250')).toBe('v2 between 50 and 250');
  expect(sqlOf("lower(\"order\") in ('it''s', 'b')")).toBe("lower ( v3 ) in ( 'it''s' , 'b' )");
});

test('the columns that it looks at are known', () => {
  const parsed = parsePredicate('income > age and income > 0', COLUMNS);
  expect(parsed.ok && columnsOf(parsed)).toEqual([1, 0]);
});

test.each([
  "age > (select max(age) from read_csv('/etc/passwd'))",
  'age > 1; drop table checked',
  "read_text('/etc/passwd') = age",
  'age > getenv(1)',
  'age > $1',
  'age > :x',
  'age > v1',
  'secret = 1',
  'age > 1)',
  '(age > 1',
  '1 = 1',
  '',
  "age > 'open",
  `age > ${'1 + '.repeat(400)}1`,
  `${'('.repeat(30)}age${')'.repeat(30)}`,
])('what is no condition on columns is refused: %s', (source) => {
  expect(parsePredicate(source, COLUMNS)).toMatchObject({ ok: false });
});

test('a comment cannot hide the rest', () => {
  expect(sqlOf('age -- 1')).toBe('v0 - - 1');
  expect(sqlOf('age /* 1 */')).toBe('v0 / * 1 * /');
});

test('whatever the text, what comes out has only signs of the lists, texts in quotes and columns', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...`age'";()-/*$\\ 1=x\n`), maxLength: 40 }), (source) => {
      const parsed = parsePredicate(source, COLUMNS);
      if (!parsed.ok) return true;
      const bare = predicateSql(parsed, () => 'v').replaceAll(/'(?:[^']|'')*'/g, '');
      return !/[;"$\\]|--|\/\*/.test(bare);
    }),
  );
});
