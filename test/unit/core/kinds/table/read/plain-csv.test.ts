import type { readSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Dialect } from '#core/kinds/table/layout/dialect.ts';
import { TABLE_LIMITS } from '#core/kinds/table/limits.ts';
import { recordCells } from '#core/kinds/table/read/csv-record.ts';
import { csvStage } from '#core/kinds/table/read/normalise-csv.ts';
import { LINES_A_MARK, scanPlainCsv } from '#core/kinds/table/read/plain-csv.ts';

const STRICT: Dialect = { delimiter: ',', quote: '"', escaping: 'doubled', lineEnd: '\n' };

/** `most`: bytes that are read at once. */
function scan(text: string | Buffer, { start = 0, most = 1 << 20, dialect = STRICT } = {}) {
  const bytes = Buffer.from(text as string);
  const read = (into: Buffer, at: number): ReturnType<typeof readSync> =>
    bytes.copy(into, 0, at, Math.min(bytes.length, at + Math.min(most, into.length)));
  return scanPlainCsv(read, start, dialect);
}

test('a table of lines is plain, and its columns with white space are told', () => {
  expect(scan('a,b\n1,"x, y"\n2, z\n')).toEqual({
    header: ['a', 'b'],
    rows: 2,
    crlf: false,
    spaced: [false, true],
    marks: [0],
  });
  expect(scan('a,b\r\n1,"say ""hi"""\r\n,2')).toMatchObject({ rows: 2, crlf: true, spaced: [false, false] });
  expect(scan('\ufeffa,b\n1,2\n', { start: 3 })).toMatchObject({ header: ['a', 'b'], marks: [3] });
});

test.each([
  ['a row of several lines', 'a,b\n1,"x\ny"\n'],
  ['a blank line', 'a,b\n\n1,2\n'],
  ['a cell too few', 'a,b\n1\n'],
  ['a cell too many', 'a,b\n1,2,3\n'],
  ['a quote inside of a cell', 'a,b\n1,5" wide\n'],
  ['text after a quote', 'a,b\n1,"x"y\n'],
  ['blanks before a quote', 'a,b\n1, "x"\n'],
  ['a quote that is not closed', 'a,b\n1,"x\n'],
  ['line ends of two kinds', 'a,b\n1,2\r\n'],
  ['a carriage return in a cell', 'a,b\n1,x\ry\n'],
  ['a carriage return at the end', 'a,b\r\n1,2\r'],
  ['one column', 'a\n1\n'],
  ['a line that names the separator', 'sep=,\na,b\n1,2\n'],
  ['a byte that is no text', Buffer.from('a,b\n1,\xff\n', 'latin1')],
  ['a zero', 'a,b\n1,\0\n'],
  ['a line longer than a record may be', `a,b\n1,2\n3,${'x'.repeat(TABLE_LIMITS.recordBytes * 2)}\n4,5\n`],
  ['nothing', ''],
])('%s makes it none', (_, text) => {
  expect(scan(text) === undefined).toBe(true);
});

test('another dialect makes it none', () => {
  for (const dialect of [
    { ...STRICT, quote: "'" as const },
    { ...STRICT, escaping: 'backslash' as const },
    { ...STRICT, lineEnd: '\r' as const },
  ])
    expect(scan('a,b\n1,2\n', { dialect })).toBeUndefined();
});

test('what is plain has the rows, cells and white space that its strict form has, however it is read', () => {
  const cell = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', ' ', '7', 'é', '\u00a0', '\t'), maxLength: 5 }),
    fc.constantFrom('"x, y"', '""', '"say ""no"""', '" z"', '"', 'x"y', '\r', '\n'),
  );
  const line = fc.array(cell, { minLength: 1, maxLength: 3 }).map((cells) => cells.join(','));
  const end = fc.constantFrom('\n', '\r\n');
  let plain = 0;
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 6 }),
      end,
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      (lines, by, whole, most) => {
        const text = ['a,b', ...lines].join(by) + (whole ? by : '');
        const found = scan(text, { most });
        if (!found) return;
        plain++;
        const strict = staged(text);
        expect(found.rows).toBe(strict.rows.length);
        expect(found.spaced).toEqual(strict.spaced);
        const own = text.split(by).slice(1, 1 + found.rows);
        expect(own.map((row) => recordCells(Buffer.from(row), 0, Buffer.byteLength(row), STRICT))).toEqual(strict.rows);
      },
    ),
    { numRuns: 3_000 },
  );
  expect(plain).toBeGreaterThan(200);
});

test('any line is found from the mark before it', () => {
  const lines = ['a,b', ...Array.from({ length: 1_000 }, (_, i) => `${i},${'x'.repeat(i % 7)}`)];
  const text = `${lines.join('\n')}\n`;
  for (const most of [1 << 20, 700]) {
    const { marks } = scan(text, { most }) ?? { marks: [] };
    expect(marks.map((at) => text.slice(at, text.indexOf('\n', at)))).toEqual(
      lines.filter((_, i) => i % LINES_A_MARK === 0),
    );
  }
});

function staged(text: string) {
  const blocks: Buffer[] = [];
  const stage = csvStage(
    { path: 'a.csv', dialect: STRICT, mendRagged: false },
    {
      header: () => undefined,
      write: (block) => blocks.push(Buffer.from(block)),
      broken: () => undefined,
      mended: () => undefined,
    },
  );
  stage.push(Buffer.from(text));
  stage.end();
  const records = Buffer.concat(blocks).toString().split('\n').slice(0, -1);
  const rows = records.map((record) => recordCells(Buffer.from(record), 0, Buffer.byteLength(record), STRICT).slice(2));
  return { rows, spaced: [...stage.spaced].slice(0, 2).map((one) => one === 1) };
}
