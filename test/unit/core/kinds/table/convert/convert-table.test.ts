import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { decimal, int64, tableFromArrays, tableToIPC, timestamp, utf8 } from '@uwdata/flechette';
import { afterAll, describe, expect, test } from 'vitest';
import { findFormat } from '#core/kinds/formats/find-format.ts';
import type { Format } from '#core/kinds/formats/format.ts';
import { convertTable } from '#core/kinds/table/convert/convert-table.ts';
import { dateKindOf, dateOf } from '#core/kinds/table/convert/sheets/sheet-dates.ts';
import { isUnpacked, unpackFile } from '#core/kinds/table/convert/unpack/unpack-file.ts';
import { RefusedError } from '#core/kinds/table/read/source-text.ts';
import { avroFile, long, text } from '../../../../../fixtures/avro.ts';
import { mutant, mutantCount } from '../../../../../fixtures/mutants.ts';
import { FRAMED, PACKED, PACKED_CSV } from '../../../../../fixtures/packed.ts';
import { workbook, zipped } from '../../../../../fixtures/workbooks.ts';

const folder = mkdtempSync(join(tmpdir(), 'convert-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'source');

/** The text that it becomes. */
async function converted(bytes: Uint8Array, sheet?: string) {
  writeFileSync(file, bytes);
  const format = (await findFormat({ start: bytes, path: 'a', size: bytes.length })) as Format;
  if (isUnpacked(format)) {
    const to = join(folder, 'unpacked');
    await unpackFile({ file, path: 'a', to }, format);
    return { rows: readFileSync(to, 'utf8'), remarks: [] };
  }
  const { file: csv, remarks } = await convertTable({ file, path: 'a', folder, sheet }, format);
  return { rows: readFileSync(csv, 'utf8'), remarks };
}
const refusal = async (bytes: Uint8Array, sheet?: string) =>
  converted(bytes, sheet).then(
    () => undefined,
    (error) => (error instanceof RefusedError ? error.issue : error),
  );

const ROWS =
  '<row r="1"><c r="A1" t="inlineStr"><is><t>day</t></is></c><c r="C1" t="s"><v>0</v></c><c r="D1" t="str"><v>n</v></c></row>' +
  '<row r="2"><c r="A2" s="1"><v>45292</v></c><c r="C2" t="b"><v>1</v></c><c r="D2"><f>1/10</f><v>0.10000000000000001</v></c></row>' +
  '<row r="4" hidden="1"><c r="A4" s="2"><v>45292.520833333336</v></c><c r="C4" t="s"><v>1</v></c><c r="D4"><v>1.5E+3</v></c></row>';

describe('a table of HTML', () => {
  test('is read as a browser shows it: the largest one, with cells over several rows in each of them', async () => {
    const page =
      '<table><tr><td>menu</td></tr></table><TABLE><caption>Sales</caption><tr><th>a<th>b<th>n</tr>' +
      '<tr><td rowspan=2>x &amp;&nbsp; y<td> 1\n 2 <td x:num="1234.5">1,234.50</tr><tr><td>3<br>4<td></tr></TABLE>';
    const { rows, remarks } = await converted(Buffer.from(page));
    expect(rows).toBe('"a","b","n"\n"x & y","1 2","1234.5"\n"x & y","3 4",\n');
    expect(remarks.map(({ given }) => given)).toEqual(['the sheet "Sales" is read, not "table 1"']);
    expect(await refusal(Buffer.from(page), 'Costs')).toMatchObject({
      code: 'table.sheet',
      allowed: '"table 1", "Sales"',
    });
  });

  test('without a table, or of another encoding, is named or read', async () => {
    expect(await refusal(Buffer.from('<table></table>'))).toMatchObject({
      code: 'table.empty',
      given: expect.stringContaining('web page without a table'),
    });
    const latin = Buffer.from('<table><tr><td>caf\xe9</td></tr><tr><td>1</td></tr></table>', 'latin1');
    expect((await converted(latin)).rows).toContain('café');
  });
});

describe('a workbook', () => {
  test('is read as its cells hold it, without what is empty', async () => {
    const book = await workbook(
      { Sales: ROWS },
      { strings: ['<t>ok</t>', '<r><t>a </t></r><r><t>"b"</t></r><rPh><t>x</t></rPh>'] },
    );
    const { rows, remarks } = await converted(book);
    expect(rows).toBe('"day","ok","n"\n"2024-01-01","true","0.1"\n"2024-01-01 12:30:00","a ""b""","1500"\n');
    expect(remarks.map(({ given }) => given)).toEqual(['empty columns are left out', 'hidden rows are read, too']);
  });

  test('tells of titles and of other sheets, of which one can be named', async () => {
    const title = '<row r="1"><c r="A1" t="inlineStr"><is><t>Sales of 2024</t></is></c></row>';
    const names =
      '<row r="2"><c r="A2" t="str"><v>a</v></c><c r="B2" t="str"><v>b</v></c></row><row r="3"><c r="A3"><v>1</v></c></row>';
    const book = await workbook({ Old: names, One: title + names, Two: names }, { hidden: ['Old'] });
    const { rows, remarks } = await converted(book);
    expect(rows).toBe('"a","b"\n"1",\n');
    expect(remarks.map(({ given }) => given)).toEqual([
      'the sheet "One" is read, not "Old", "Two"',
      'rows above the names of the columns are left out',
    ]);
    expect((await converted(book, 'Two')).remarks[0]?.given).toContain('"Two" is read');
    expect(await refusal(book, 'Three')).toMatchObject({
      code: 'table.sheet',
      given: 'Three',
      allowed: '"Old", "One", "Two"',
    });
  });

  test('counts days as Excel does, also from 1904 and before its false leap day', async () => {
    const row = '<row><c t="str"><v>d</v></c></row><row><c s="1"><v>1</v></c></row><row><c s="1"><v>61</v></c></row>';
    expect((await converted(await workbook({ A: row }))).rows).toBe('"d"\n"1900-01-01"\n"1900-03-01"\n');
  });

  test('hours that go on beyond a day are a duration, no moment of the year 1900', () => {
    expect(['[h]:mm:ss', '[hh]:mm', '[mm]:ss.0', 'h:mm AM/PM', 'mm:ss'].map((code) => dateKindOf(164, code))).toEqual([
      'duration',
      'duration',
      'duration',
      'time',
      'time',
    ]);
    expect(dateKindOf(46, undefined)).toBe('duration');
    expect([1.5, 0, -0.0625, 0.5000057870370371].map((days) => dateOf(days, 'duration', true))).toEqual([
      '36:00:00',
      '00:00:00',
      '-01:30:00',
      '12:00:00.500',
    ]);
  });

  test('that unpacks to far more than it is, or names a cell far away, is refused', async () => {
    const bomb = await workbook({ A: `<row><c><v>${'1'.repeat(2 ** 24)}</v></c></row>` });
    expect(await refusal(bomb)).toMatchObject({
      code: 'table.corrupt',
      given: expect.stringContaining('unpack to more'),
    });
    const far = await workbook({ A: '<row><c r="ZZZZZZ1"><v>1</v></c></row>' });
    expect(await refusal(far)).toMatchObject({ code: 'table.corrupt' });
    const deep = await workbook({ A: '<a>'.repeat(2000) });
    expect(await refusal(deep)).toMatchObject({ code: 'table.corrupt', given: expect.stringContaining('nested') });
  });

  test('that defines entities of its own is refused; the five of XML are read', async () => {
    const cells = (entity: string) =>
      `<row><c t="str"><v>n</v></c></row><row><c t="str"><v>${entity}&lt;</v></c></row>`;
    const laughs = await workbook({ A: `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>${cells('&b;')}` });
    expect(await refusal(laughs)).toMatchObject({
      code: 'table.corrupt',
      given: expect.stringContaining('defines entities'),
    });
    expect((await converted(await workbook({ A: cells('a') }))).rows).toBe('"n"\n"a<"\n');
  });
});

async function odsBook() {
  const cell = (type: string, value: string, shown: string) =>
    `<table:table-cell office:value-type="${type}" office:${type === 'date' ? 'date-' : ''}value="${value}"><text:p>${shown}</text:p></table:table-cell>`;
  const content = `<office:document-content><table:table table:name="A"><table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>b<text:s text:c="2"/>c</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="2">${cell('float', '0.125', '0.13')}${cell('date', '2024-01-02T00:00:00', '2 Jan')}<table:table-cell table:number-columns-repeated="16000"/></table:table-row><table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table></office:document-content>`;
  return zipped({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': content });
}

test('an OpenDocument sheet gives values, not what is shown of them', async () => {
  writeFileSync(file, await odsBook());
  const { FORMATS } = await import('#core/kinds/formats/register.ts');
  const { file: csv } = await convertTable({ file, path: 'a', folder, sheet: undefined }, FORMATS.ods);
  expect(readFileSync(csv, 'utf8')).toBe('"a","b  c"\n"0.125","2024-01-02"\n"0.125","2024-01-02"\n');
});

/** `again`: the column that is written as a dictionary of its words. */
const arrow = (format: 'file' | 'stream', again: (string | null)[] | null = ['x', 'x', null]) =>
  tableToIPC(
    tableFromArrays(
      {
        whole: [2n ** 53n + 1n, null, -1n],
        near: [2n ** 31n, -(2n ** 31n), -(2n ** 31n) - 1n],
        plain: ['a', null, 'bc'],
        ...(again === null ? {} : { again }),
        words: ['é "x"', null, ''],
        at: [1700000000123, null, -1],
        sum: [-12345n, null, 5n],
        __index_level_0__: [0n, 1n, 2n],
      },
      {
        maxBatchRows: 2,
        types: {
          whole: int64(),
          near: int64(),
          plain: utf8(),
          words: utf8(),
          at: timestamp(1),
          sum: decimal(20, 2),
          __index_level_0__: int64(),
        },
      },
    ),
    { format },
  ) as Uint8Array;
const ARROW_ROWS = [
  '"whole","near","plain","again","words","at","sum"',
  '"9007199254740993","2147483648","a","x","é ""x""","2023-11-14 22:13:20.123","-123.45"',
  ',"-2147483648",,"x",,,',
  '"-1","-2147483649","bc",,"","1969-12-31 23:59:59.999","0.05"',
  '',
].join('\n');

test.each(['file', 'stream'] as const)('an Arrow %s keeps every digit', async (format) => {
  expect((await converted(arrow(format))).rows).toBe(ARROW_ROWS);
});

const SCHEMA = {
  type: 'record',
  name: 'r',
  fields: [
    { name: 'whole', type: 'long' },
    { name: 'maybe', type: ['null', 'string'] },
    { name: 'day', type: { type: 'int', logicalType: 'date' } },
    { name: 'list', type: { type: 'array', items: 'int' } },
    { name: 'next', type: ['null', 'r'] },
  ],
};
const record = (whole: bigint, word: string | null) =>
  Buffer.concat([
    long(whole),
    ...(word === null ? [long(0)] : [long(1), text(word)]),
    long(-1),
    long(2),
    long(1),
    long(-2),
    long(0),
    long(0),
  ]);
const avro = (codec: 'null' | 'deflate') => avroFile(SCHEMA, [record(2n ** 62n + 1n, 'é'), record(-3n, null)], codec);

describe('an Avro file', () => {
  test.each(['null', 'deflate'] as const)('keeps every digit, packed by %s', async (codec) => {
    expect((await converted(avro(codec))).rows).toBe(
      '"whole","maybe","day","list","next"\n"4611686018427387905","é","1969-12-31","[1,-2]",\n"-3",,"1969-12-31","[1,-2]",\n',
    );
  });

  test('whose block unpacks to far more, or whose records take no room, is refused', async () => {
    const zeros = avroFile(
      'null',
      Array.from({ length: 5000 }, () => Buffer.alloc(0)),
    );
    expect(await refusal(zeros)).toMatchObject({ given: expect.stringContaining('without a byte') });
    const bomb = avroFile('bytes', [Buffer.concat([long(2 ** 25), Buffer.alloc(2 ** 25)])], 'deflate');
    expect(await refusal(bomb)).toMatchObject({ code: 'table.corrupt' });
    const itself = { type: 'record', name: 'a', fields: [{ name: 'a', type: 'a' }] };
    expect(await refusal(avroFile(itself, [Buffer.alloc(4)]))).toMatchObject({ code: 'table.corrupt' });
  });
});

test.each(Object.keys(PACKED))('%s is unpacked', async (name) => {
  expect((await converted(PACKED[name] as Buffer)).rows).toBe(PACKED_CSV);
});

test('Snappy is unpacked, stored and packed frames', async () => {
  expect((await converted(FRAMED)).rows).toBe('a,b\n1,x\n1,x\n');
});

test('what unpacks to far more than it is, is refused', async () => {
  expect(await refusal(zstdCompressSync(Buffer.alloc(2 ** 24)))).toMatchObject({ code: 'table.too-large' });
});

/** A dictionary that claims billions of words fills the memory, which only the process that reads tables in a deployment limits. */
const NO_WORDS = null;

describe('each mutant is read or refused:', () => {
  test.each([
    ['a workbook', () => workbook({ A: ROWS }, { strings: ['<t>ok</t>', '<t>x</t>'] })],
    ['an OpenDocument sheet', odsBook],
    [
      'a table of HTML',
      async () => Buffer.from('<table><tr><th>a<th>b</tr><tr><td rowspan=2>1<td>2</tr><tr><td>3</tr></table>'),
    ],
    ['an Arrow file', async () => Buffer.from(arrow('file', NO_WORDS))],
    ['an Arrow stream', async () => Buffer.from(arrow('stream', NO_WORDS))],
    ['an Avro file', async () => avro('deflate')],
    ['an open Avro file', async () => avro('null')],
    ...Object.entries({ ...PACKED, framed: FRAMED }).map(([name, bytes]) => [name, async () => bytes] as const),
  ] as const)('%s', async (_, make) => {
    const whole = await make();
    const format = (await findFormat({ start: whole, path: 'a', size: whole.length })) as Format;
    for (let seed = 1; seed <= mutantCount(40); seed++) {
      writeFileSync(file, mutant(whole, seed));
      const read = isUnpacked(format)
        ? unpackFile({ file, path: 'a', to: join(folder, 'to') }, format)
        : convertTable({ file, path: 'a', folder, sheet: undefined }, format);
      const error = await read.then(
        () => undefined,
        (thrown) => thrown,
      );
      if (error) expect(error).toBeInstanceOf(RefusedError);
    }
  });
});
