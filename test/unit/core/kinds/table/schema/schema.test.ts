import { describe, expect, test } from 'vitest';
import { partColumns } from '#core/kinds/table/part-columns.ts';
import type { ColumnProfile } from '#core/kinds/table/schema/column-profile.ts';
import { inferTableSchema } from '#core/kinds/table/schema/infer.ts';
import { type Column, TableSchema } from '#core/kinds/table/schema/schema.ts';
import { diffSchemas } from '#core/kinds/table/schema/schema-diff.ts';
import { parseSchemaYaml, renderSchemaYaml } from '#core/kinds/table/schema/schema-yaml.ts';
import { schemaOf } from '../../../../../fixtures/tables.ts';

const SCHEMA = schemaOf(
  {
    age: { type: 'integer', min: 0, max: 120, nullable: false },
    'marital status': { type: 'category', categories: ['yes', 'no', 'Widowed'] },
    born: { type: 'date', max: '2026-01-01', dateFormat: '%d.%m.%Y' },
    code: { type: 'id', unique: true, pattern: '[A-Z]{2}\\d+', suggested: { unique: true } },
    weight: { type: 'number', unit: 'kg' },
    ['__proto__']: {},
    '1': { suggested: { pattern: '[0-9]{4}' } },
    null: {},
  },
  {
    rules: [
      { name: 'grown', check: 'age >= 18 or "marital status" is null' },
      { name: 'fresh', column: 'born', maxAgeDays: 9 },
    ],
  },
);
const withoutSuggestions = ({ columns, ...rest }: TableSchema) => ({
  ...rest,
  columns: columns.map(({ suggested: _, ...column }) => column),
});

describe('the YAML of a schema', () => {
  test('reads as the schema that it shows', () => {
    const parsed = parseSchemaYaml(renderSchemaYaml(SCHEMA));
    expect(parsed).toEqual({ ok: true, schema: withoutSuggestions(SCHEMA) });
  });

  test('has suggestions as comments that become rules without their sign', () => {
    const yaml = renderSchemaYaml(SCHEMA);
    expect(yaml).toContain('    # pattern: "[0-9]{4}"');
    const parsed = parseSchemaYaml(yaml.replace('# pattern', 'pattern'));
    expect(parsed.ok && parsed.schema.columns.find(({ name }) => name === '1')?.pattern).toBe('[0-9]{4}');
  });

  test.each([
    ['columns:\n  a: { type: integr }\n', 2, 'columns.a.type'],
    ['columns:\n  a: { type: integer }\n  b:\n    type: text\n    min: 3\n', 5, 'columns.b.min'],
    ['columns:\n  a: { type: integer, mn: 3 }\n', 2, 'columns.a.mn'],
    ['columns:\n  a: { type: text, pattern: "(?=x)" }\n', 2, 'columns.a.pattern'],
    ['columns:\n  a: { type: category }\n', 2, 'columns.a'],
    ['columns:\n  a: { type: integer, min: 3, max: 1 }\n', 2, 'columns.a.max'],
    ['columns:\n  a: { type: date, min: 2024-02-30 }\n', 2, 'columns.a.min'],
    ['columns:\n  a: { type: integer }\nrules:\n  - { name: x, check: "b > 1" }\n', 4, 'rules.0.check'],
    ['columns:\n  a: { type: integer }\nrules:\n  - name: x\n    column: a\n    maxAgeDays: 3\n', 5, 'rules.0.column'],
    ['columns: [\n', 2, undefined],
    ['columns: 3\n', 1, 'columns'],
    ['', 1, undefined],
  ])('is refused with the line: %j', (text, line, key) => {
    const parsed = parseSchemaYaml(text);
    expect(parsed.ok ? [] : parsed.issues.map(({ code, place }) => [code, place.line, place.key])).toContainEqual([
      'table.schema',
      line,
      key,
    ]);
  });

  test('with the same column twice is refused', () => {
    expect(parseSchemaYaml('columns:\n  a: { type: text }\n  a: { type: text }\n').ok).toBe(false);
  });
});

test('what differs between two versions is told change by change', () => {
  const [age, marital] = ['age', 'marital status'].map((name) => SCHEMA.columns.find((one) => one.name === name)) as [
    Column,
    Column,
  ];
  const others = SCHEMA.columns.filter((column) => column !== age && column !== marital);
  const after = {
    ...SCHEMA,
    version: 2,
    columns: [
      { ...age, max: 130, suggested: { min: 1 } },
      ...others,
      { name: 'new', type: 'text' as const, nullable: true },
    ],
    rules: [],
  };
  expect(diffSchemas(SCHEMA, SCHEMA)).toEqual([]);
  expect(diffSchemas(SCHEMA, after).map(({ change, key }) => `${change} ${key}`)).toEqual([
    'removed columns.marital status',
    'changed columns.age.max',
    'added columns.new',
    'removed rules.grown',
    'removed rules.fresh',
    'changed columns (order)',
  ]);
});

test('a column of the part has a name of its own, whatever it is called in the table', () => {
  const names = partColumns(['id', 'Label', 'path', 'ID', 'id_4', 'a\nb']);
  expect(names.slice(0, 1)).toEqual(['id']);
  expect(
    new Set([
      'itemid',
      'path',
      'label',
      'flags',
      'fixes',
      'license',
      'source',
      'line',
      ...names.map((n) => n.toLowerCase()),
    ]).size,
  ).toBe(14);
  expect(names.at(-1)).toBe('a_b');
});

const facts = (more: Partial<ColumnProfile>): ColumnProfile => ({
  name: 'x',
  rows: 1000,
  values: 1000,
  distinct: 1000,
  nullWords: [],
  integers: 0,
  longIntegers: 0,
  numbers: 0,
  inexact: 0,
  wholeFractions: 0,
  sameNumbers: 0,
  bareExponents: 0,
  leadingPlus: 0,
  truthWords: null,
  booleans: 0,
  days: 0,
  times: 0,
  zoned: 0,
  formats: [],
  timeFormats: [],
  undated: [],
  leadingZeros: 0,
  longest: 10,
  withUnit: 0,
  unit: null,
  commaNumbers: 0,
  surelyComma: 0,
  pointThousands: 0,
  surelyPointThousands: 0,
  surelyCommaThousands: 0,
  commaThousands: 0,
  money: 0,
  words: [],
  shapes: 9,
  shape: null,
  minNumber: null,
  maxNumber: null,
  minCommaNumber: null,
  maxCommaNumber: null,
  minDay: null,
  maxDay: null,
  top: [],
  ...more,
});
const whole = { integers: 1000, numbers: 1000, longest: 5 };

test.each<[string, Partial<ColumnProfile>, string]>([
  ['whole numbers', whole, 'integer'],
  ['whole numbers with a few words among them', { ...whole, integers: 960, numbers: 960 }, 'integer'],
  [
    'codes of digits with some of letters among them',
    { ...whole, integers: 960, numbers: 960, words: ['c266', 'a1'] },
    'text',
  ],
  ['too few values', { ...whole, values: 7, integers: 7, numbers: 7 }, 'text'],
  ['half words', { ...whole, integers: 500, numbers: 500 }, 'text'],
  ['codes such as 007', { ...whole, leadingZeros: 1 }, 'text'],
  ['zip codes by name', { ...whole, name: 'zip_code' }, 'text'],
  ['whole numbers longer than are exact', { ...whole, longIntegers: 1000 }, 'id'],
  ['numbers with more digits than a double', { numbers: 1000, inexact: 1 }, 'text'],
  ['whole numbers with a fraction among them', { integers: 999, numbers: 1000 }, 'number'],
  ['7.0 and empty cells', { rows: 1010, numbers: 1000, wholeFractions: 1000 }, 'integer'],
  ['7.0 without an empty cell', { numbers: 1000, wholeFractions: 1000 }, 'number'],
  ['numbers with a plus sign', { ...whole, leadingPlus: 1 }, 'text'],
  ['codes such as 5E55', { numbers: 1000, bareExponents: 1000 }, 'text'],
  ['1.1 beside 1.10', { numbers: 1000, sameNumbers: 1 }, 'text'],
  ['times of one format', { timeFormats: [0, 1000] }, 'datetime'],
  ['times whose days may be months', { timeFormats: [0, 0, 1000, 0, 1000] }, 'text'],
  ['versions by name', { name: 'app version', numbers: 1000 }, 'text'],
  ['NO alone', { booleans: 1000, truthWords: 'no' }, 'text'],
  ['yes, no and a word', { booleans: 999, truthWords: 'no,yes' }, 'text'],
  ['an id of updates', { ...whole, name: 'update_id', formats: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1000] }, 'integer'],
  ['times and days', { times: 900, days: 100 }, 'datetime'],
  [
    'points between thousands',
    { numbers: 900, pointThousands: 1000, surelyPointThousands: 100, commaNumbers: 1000 },
    'number',
  ],
  ['what is declared as text', { ...whole, declared: 'text' }, 'text'],
  ['few values declared as days', { values: 3, declared: 'date' }, 'date'],
  ['fractions', { numbers: 1000 }, 'number'],
  ['yes and no', { booleans: 1000, truthWords: 'no,yes' }, 'boolean'],
  ['days', { days: 1000 }, 'date'],
  ['days of one format', { formats: [0, 1000] }, 'date'],
  ['days that may be months', { formats: [0, 0, 1000, 1000] }, 'text'],
  ['times', { times: 1000 }, 'datetime'],
  ['fractions behind a comma', { commaNumbers: 990, surelyComma: 400 }, 'number'],
  ['what may be fractions or thousands', { commaNumbers: 990, surelyComma: 0 }, 'text'],
  ['commas between thousands', { numbers: 200, commaThousands: 800, surelyCommaThousands: 1 }, 'number'],
  ['commas that may be either', { commaNumbers: 800, numbers: 200, commaThousands: 800 }, 'text'],
  ['numbers with a unit', { unit: 'kg', withUnit: 990 }, 'number'],
  [
    'few words over and over',
    {
      distinct: 2,
      top: [
        ['red', 600],
        ['blue', 400],
      ],
    },
    'category',
  ],
  ['names of things', { shapes: 1, shape: 'A-999' }, 'id'],
])('a column of %s is inferred as such', (_, more, type) => {
  const schema = inferTableSchema({ columns: [facts(more)] });
  expect(schema.columns[0]?.type).toBe(type);
  expect(TableSchema.safeParse(schema).success).toBe(true);
});

test.each([
  ['1 234,50', 'numbers'],
  ["1'234.50", 'numbers'],
  ['1,23,456', 'numbers'],
  ['−1.5', 'numbers'],
  ['1.5-', 'numbers'],
  ['2/14/2023 3:11 PM', 'days or times'],
  ['14.02.98', 'days or times'],
])('%s in a column of texts may be %s, and that is told', (word, what) => {
  const { columns } = inferTableSchema({ columns: [facts({ words: [word] })] });
  expect(columns[0]?.suggested?.notes?.[0]).toContain(`may be ${what}`);
});

test.each([
  ['7.0 alone', { wholeFractions: 1000 }, true],
  ['7.0 and 7.5', { wholeFractions: 400 }, true],
  ['7 and 7.5', { integers: 400 }, undefined],
  ['7, 7.0 and 7.5', { integers: 400, wholeFractions: 100 }, undefined],
])('a column of %s keeps how whole numbers are written', (_, more, alwaysFraction) => {
  const { columns } = inferTableSchema({ columns: [facts({ numbers: 1000, ...more })] });
  expect(columns[0]?.alwaysFraction).toBe(alwaysFraction);
});

test('what else a column of texts may be is told', () => {
  const notesOf = (...words: string[]) =>
    inferTableSchema({ columns: [facts({ words })] }).columns[0]?.suggested?.notes;
  expect(notesOf('It rains in the north, and so it did before.')).toEqual([
    'holds texts: kind: text with text: { unit: column, column: x } in dataset.yaml makes a document of each',
  ]);
  expect(notesOf('[{"role":"user","content":"Hi"}]')?.[0]).toContain('conversations');
  expect(notesOf('{"a":1}', '[2]')).toEqual(['lists and objects are kept as JSON texts']);
  expect(notesOf('A short one', '[2]')).toBeUndefined();
});

test('only other spellings of one word are no categories of their own; near spellings are told', () => {
  const top = [
    ['Female', 480],
    ['Male', 460],
    ['female', 20],
    ['Femal', 3],
    ['Other', 37],
  ] as const;
  const [column] = inferTableSchema({ columns: [facts({ distinct: 5, top })] }).columns;
  expect(column?.categories).toEqual(['Femal', 'Female', 'Male', 'Other']);
  expect(column?.suggested?.notes).toEqual(['"Femal" (3) is spelt much like "Female" (480)']);
});

test('what the data would bear is suggested, not enforced', () => {
  const [column] = inferTableSchema({ columns: [facts({ ...whole, minNumber: 1, maxNumber: 9 })] }).columns;
  expect(column).toEqual({
    name: 'x',
    type: 'integer',
    nullable: true,
    suggested: { nullable: false, unique: true, min: 1, max: 9 },
  });
});

test.each([
  ['integer', (count: number) => ({ integers: count, numbers: count, longest: 5 })],
  ['number', (count: number) => ({ numbers: count })],
  ['date', (count: number) => ({ days: count })],
  ['datetime', (count: number) => ({ times: count })],
] as const)('a column is %s from 95 of 100 values on', (type, countsOf) => {
  const typeOf = (count: number) => inferTableSchema({ columns: [facts(countsOf(count))] }).columns[0]?.type;
  expect(typeOf(950)).toBe(type);
  expect(typeOf(949)).not.toBe(type);
});
