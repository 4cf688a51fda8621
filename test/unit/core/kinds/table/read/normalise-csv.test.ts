import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Issue } from '#core/kinds/define/issue.ts';
import { type Dialect, detectDialect } from '#core/kinds/table/layout/dialect.ts';
import { TABLE_LIMITS } from '#core/kinds/table/limits.ts';
import { quotedCell, recordCells } from '#core/kinds/table/read/csv-record.ts';
import { type BrokenRow, csvStage } from '#core/kinds/table/read/normalise-csv.ts';
import { expectLinearTime } from '../../../../../fixtures/linear-time.ts';

const STRICT: Dialect = { delimiter: ',', quote: '"', escaping: 'doubled', lineEnd: '\n' };

type Options = { chunk?: number; mendRagged?: boolean; dialect?: Dialect };

function stage(text: string | Buffer, { chunk = 1 << 20, mendRagged = false, dialect }: Options = {}) {
  const bytes = Buffer.from(text as string);
  const used = dialect ?? detectDialect(bytes.toString('utf8').slice(0, 5_000), 'auto').dialect;
  const blocks: Buffer[] = [];
  const broken: BrokenRow[] = [];
  const mended: number[] = [];
  let header: readonly string[] = [];
  let refused: Issue | undefined;
  const staged = csvStage(
    { path: 'a.csv', dialect: used, mendRagged },
    {
      header(names) {
        header = names;
        return undefined;
      },
      write: (block) => blocks.push(Buffer.from(block)),
      broken: (row) => broken.push(row),
      mended: (line) => mended.push(line),
    },
  );
  for (let at = 0; at < bytes.length && !refused; at += chunk) refused = staged.push(bytes.subarray(at, at + chunk));
  refused ??= staged.end();
  const out = Buffer.concat(blocks);
  const rows = recordsIn(out, used.delimiter);
  return { header, rows, broken, mended, refused, out, spaced: [...staged.spaced].slice(0, header.length) };
}

/** `line,place,cells...` of the strict form. */
function recordsIn(out: Buffer, delimiter: string) {
  const rows: { line: number; place: number; start: number; cells: string[] }[] = [];
  for (let start = 0, at = 0, quoted = false; at < out.length; at++) {
    if (out[at] === 34) quoted = !quoted;
    if (out[at] !== 10 || quoted) continue;
    const [line, place, ...cells] = recordCells(out, start, at, { ...STRICT, delimiter });
    rows.push({ line: Number(line), place: Number(place), start, cells });
    start = at + 1;
  }
  return rows;
}

describe('rows of a CSV', () => {
  test('keep their cells and the line on which they start', () => {
    const { header, rows } = stage('a,b\n1,"x\ny"\n\n3,"say ""hi"""\r\n');
    expect(header).toEqual(['a', 'b']);
    expect(rows.map(({ line, cells }) => [line, cells])).toEqual([
      [2, ['1', 'x\ny']],
      [5, ['3', 'say "hi"']],
    ]);
  });

  test('know where they stand in what was written', () => {
    const { rows } = stage(`a,b\n${'12,é\n'.repeat(2_000)}`, { chunk: 777 });
    expect(rows.length).toBe(2_000);
    expect(rows.filter(({ place, start }) => place !== start)).toEqual([]);
  });

  test.each([
    [
      'semicolons',
      'a;b\n1,5;2\n3;4\n',
      [
        ['1,5', '2'],
        ['3', '4'],
      ],
    ],
    ['tabs', 'a\tb\n1\t2\n', [['1', '2']]],
    ['bars', 'a|b\n1|2\n', [['1', '2']]],
    [
      'single quotes',
      "a,b\n'1,5',2\n'3','4'\n",
      [
        ['1,5', '2'],
        ['3', '4'],
      ],
    ],
    ['backslashes', 'a,b\n"x \\"y\\" z",2\n', [['x "y" z', '2']]],
    [
      'old line ends',
      'a,b\r1,2\r3,4',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['a quote inside of a cell', 'a,b\n5" pipe,2\n', [['5" pipe', '2']]],
    ['spaces before quotes', 'a,b\n1, "x, y"\n', [['1', 'x, y']]],
    ['no line end at the end', 'a,b\n1,2', [['1', '2']]],
  ])('are read with %s', (_, text, cells) => {
    expect(stage(text).rows.map((row) => row.cells)).toEqual(cells);
  });

  test('note which columns have white space around a cell', () => {
    expect(stage('a,b,c,d\n1, 2,3\u00a0,4\n').spaced).toEqual([0, 1, 1, 0]);
  });

  test('come out as they went in, however the bytes are cut', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '\t', '1'), maxLength: 6 });
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 40 }), (cells, chunk) => {
        const text = ['x,y,z', ...cells.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','))];
        const { rows, broken, refused } = stage(`${text.join('\n')}\n`, { chunk, dialect: STRICT });
        expect(refused).toBeUndefined();
        expect(broken).toEqual([]);
        expect(rows.map((row) => row.cells)).toEqual(cells);
      }),
    );
  });

  test('are found or told of, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), (junk, chunk) => {
        const bytes = Buffer.concat([Buffer.from('a,b\n'), junk]);
        const { rows } = stage(bytes, { chunk, dialect: STRICT });
        expect(rows.every(({ cells }) => cells.length === 2)).toBe(true);
      }),
    );
  });
});

describe('a broken record is told with its line and harms no other:', () => {
  const cases: [string, string | Buffer, string, number][] = [
    ['too many cells', 'a,b\n1,2\n1,2,3\n3,4\n', 'table.ragged-row', 3],
    ['too few cells', 'a,b\n1,2\n1\n3,4\n', 'table.ragged-row', 3],
    ['text after a quote', 'a,b\n1,2\n"x"y,2\n3,4\n', 'table.quote', 3],
    ['a zero character', 'a,b\n1,2\n\0,2\n3,4\n', 'table.encoding', 3],
    [
      'no UTF-8',
      Buffer.concat([Buffer.from('a,b\n1,2\n'), Buffer.from([0xc3, 0x28]), Buffer.from(',2\n3,4\n')]),
      'table.encoding',
      3,
    ],
    ['a quote that is not closed', 'a,b\n1,2\n"x,2\n3,4\n', 'table.quote', 3],
  ];
  test.each(cases)('%s', (_, text, code, line) => {
    const { rows, broken } = stage(text, { dialect: STRICT });
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(broken).toMatchObject([{ line, issues: [{ code, place: { line } }] }]);
  });

  test('a record that is too long', () => {
    const long = 'x'.repeat(TABLE_LIMITS.recordBytes + 1);
    const { rows, broken } = stage(`a,b\n1,2\n${long},2\n3,4\n`, { chunk: 300_000, dialect: STRICT });
    expect(rows.map(({ line }) => line)).toEqual([2, 4]);
    expect(broken).toMatchObject([{ line: 3, issues: [{ code: 'table.too-large' }] }]);
    expect(broken[0]?.row.length).toBe(TABLE_LIMITS.keptRowLength);
  });
});

test('missing cells are filled where the rule says so, which is told', () => {
  const { rows, mended } = stage('a,b,c\n1,2,3\n1\n', { mendRagged: true, dialect: STRICT });
  expect(rows.map(({ cells }) => cells)).toEqual([
    ['1', '2', '3'],
    ['1', '', ''],
  ]);
  expect(mended).toEqual([3]);
});

describe('a comma of a sentence in the last column', () => {
  const REMARKS = 'id,remark\n1,fine\n2,"No, thanks"\n3,No, never, at all\n';

  test('is joined again where the rule says so, and told', () => {
    const { rows, mended, broken } = stage(REMARKS, { mendRagged: true, dialect: STRICT });
    expect(rows.at(-1)?.cells).toEqual(['3', 'No, never, at all']);
    expect([mended, broken]).toEqual([[4], []]);
  });

  test('is refused otherwise, with the rule that joins it', () => {
    const { broken, mended } = stage(REMARKS, { dialect: STRICT });
    expect(broken).toMatchObject([{ line: 4, issues: [{ allowed: expect.stringContaining('action: fix') }] }]);
    expect(mended).toEqual([]);
  });

  test.each([
    ['a delimiter with a blank behind it', '1, No, never'],
    ['no blank behind the comma', '1,No,never'],
    ['a number in the last column', '1,2, 5'],
    ['a comma of a sentence before the last column', '1,No, never,3'],
  ])('has another reading: %s', (_, row) => {
    const { broken, mended } = stage(`id,remark\n1,fine\n${row}\n`, { mendRagged: true, dialect: STRICT });
    expect([broken.length, mended]).toEqual([1, []]);
  });
});

test.each([
  ['a header of 12,495 columns', `${'a,'.repeat(12_494)}a\n1\n`, 'table.too-large'],
  ['a first line without end', 'a'.repeat(3_000_000), 'table.too-large'],
  ['nothing but empty lines', '\n\n \n', 'table.empty'],
])('%s refuses the file', (_, text, code) => {
  expect(stage(text, { chunk: 500_000, dialect: STRICT }).refused).toMatchObject({ code });
});

test('quotes that are never closed cost no more than the bytes allow', () => {
  expectLinearTime((rows) => {
    const text = `a,b\n${`"${'x'.repeat(1_000)},1\n${'y'.repeat(60_000)}\n`.repeat(rows)}`;
    const { broken, refused } = stage(text, { dialect: STRICT });
    expect(refused?.code === 'table.corrupt' || broken.length > 0).toBe(true);
  }, 200);
});

test('a cell is quoted so that it reads as itself', () => {
  fc.assert(
    fc.property(fc.string(), (cell) => {
      const bytes = Buffer.from(quotedCell(cell));
      return recordCells(bytes, 0, bytes.length, STRICT)[0] === cell.toWellFormed();
    }),
  );
});

test.each(['sep=;\r\n', 'SEP=;\n'])(
  'the line %j of a spreadsheet names the delimiter and is neither header nor row',
  (line) => {
    const { header, rows } = stage(`${line}a;b\n1,5;2\n`);
    expect(header).toEqual(['a', 'b']);
    expect(rows.map(({ line: at, cells }) => [at, ...cells])).toEqual([[3, '1,5', '2']]);
  },
);

test('a column may be called sep', () => {
  expect(stage('sep,b\n1,2\n').header).toEqual(['sep', 'b']);
});

test('a cell that is cut after a space where a chunk ends has no space around it', () => {
  expect(stage('a,b\n1 x,2\n', { chunk: 'a,b\n1 '.length, dialect: STRICT }).spaced).toEqual([0, 0]);
  expect(stage('a,b\n1 ,2\n', { chunk: 'a,b\n1 '.length, dialect: STRICT }).spaced).toEqual([1, 0]);
});

test('a row that is too long is broken even where short ones are filled', () => {
  const { rows, broken } = stage('a,b\n1\n1,2,3\n4,5\n', { mendRagged: true, dialect: STRICT });
  expect(rows.map(({ cells }) => cells)).toEqual([
    ['1', ''],
    ['4', '5'],
  ]);
  expect(broken).toMatchObject([{ line: 3, issues: [{ code: 'table.ragged-row', given: '3 cells' }] }]);
});
