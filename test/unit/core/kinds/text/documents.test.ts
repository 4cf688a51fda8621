import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from '#core/kinds/reading/csv.ts';
import { TextConfig } from '#core/kinds/text/config.ts';
import { type Document, LONGEST_LINE_BYTES, readDocuments } from '#core/kinds/text/documents.ts';
import { expectLinearTime } from '../../../../fixtures/linear-time.ts';

type Settings = Partial<TextConfig> & { labelColumn?: string };

async function read(content: string | Uint8Array, { labelColumn, ...text }: Settings = {}) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
  const documents: Document[] = [];
  const reader = { text: TextConfig.parse(text), labelColumn, minConfidence: 50 };
  for await (const document of readDocuments({ path: 'a.txt', bytes }, reader)) documents.push(document);
  return documents;
}
const shown = (documents: Document[]) =>
  documents.map((document) => `${document.line ?? '-'} ${document.ok ? document.text : document.issue.code}`);
const column = (settings: Settings = {}): Settings => ({ unit: 'column', column: 'text', ...settings });

describe('lines', () => {
  test('each with its number; the last needs no line end', async () => {
    expect(shown(await read('a\nb\r\n\nc'))).toEqual(['1 a', '2 b\r', '3 ', '4 c']);
    expect(shown(await read('a\n'))).toEqual(['1 a']);
  });

  test('one that is no UTF-8 is refused with its place; its neighbours are not', async () => {
    const documents = await read(
      Buffer.concat([Buffer.from('ann\n'), Buffer.from([0x62, 0xff, 0x0a]), Buffer.from('eve')]),
    );
    expect(shown(documents)).toEqual(['1 ann', '2 text.encoding', '3 eve']);
    expect(documents[1]).toMatchObject({
      issue: { given: expect.stringMatching(/^byte ff at offset 5/), allowed: 'utf-8' },
      row: 'b\ufffd',
    });
  });

  test('UTF-16 with its mark', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('añb\nc', 'utf16le')]);
    expect(shown(await read(bytes))).toEqual(['1 añb', '2 c']);
    expect(shown(await read(bytes.subarray(0, -1)))).toEqual(['- text.encoding']);
  });

  test('one of ten megabytes is refused and the next is read', async () => {
    const documents = await read(`a\n${'x'.repeat(10 * LONGEST_LINE_BYTES)}\nb`);
    expect(shown(documents)).toEqual(['1 a', '2 text.too-long', '3 b']);
    expect(documents[1]?.ok === false && (documents[1].row?.length ?? 0)).toBeLessThan(20_000);
  });
});

test.each([
  [
    'a picture',
    Buffer.from('89504e470d0a1a0a0000000d49484452000000200000002008060000007372', 'hex'),
    'text.type-not-allowed',
  ],
  ['UTF-16 without a mark', Buffer.from('hello there', 'utf16le'), 'text.encoding'],
  ['nothing', new Uint8Array(), 'upload.empty'],
])('%s is refused whole', async (_name, bytes, code) => {
  for (const unit of ['file', 'line'] as const) expect(shown(await read(bytes, { unit }))).toEqual([`- ${code}`]);
});

test('a text may begin like a bitmap or a program does', async () => {
  expect(shown(await read('BMW\nMZ\n'))).toEqual(['1 BMW', '2 MZ']);
});

describe('a column of JSONL', () => {
  test('is read beside its label; records without it are refused one by one', async () => {
    const content = [
      '{"text":"a","tag":"x"}',
      '{"text":"b","tag":[1]}',
      '{"other":1}',
      '{"text":3}',
      '{"text":"c"',
      '[1]',
      '{"text":"\\ud800"}',
      '',
      `{"text":"d","deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      '{"text":"e","tag":true}',
    ].join('\n');
    const documents = await read(content, column({ labelColumn: 'tag' }));
    expect(shown(documents)).toEqual([
      '1 a',
      '2 b',
      '3 text.missing-column',
      '4 text.syntax',
      '5 text.syntax',
      '6 text.syntax',
      '7 text.encoding',
      '9 text.syntax',
      '10 e',
    ]);
    expect(documents.flatMap((document) => (document.ok ? [document.label] : []))).toEqual(['x', null, 'true']);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is a name like any other', async (name) => {
    const content = `{"a":1}\n{"${name}":"yes"}`;
    expect(shown(await read(content, { unit: 'column', column: name }))).toEqual(['1 text.missing-column', '2 yes']);
    expect(({} as Record<string, unknown>).yes).toBeUndefined();
  });
});

describe('a column of CSV', () => {
  test.each([',', ';', '\t', '|'])('with %j between the cells', async (mark) => {
    const content = [`id${mark}text`, `1${mark}"a, ""b""\nc"`, `2${mark}d`].join('\r\n');
    expect(shown(await read(content, column()))).toEqual(['2 a, "b"\nc', '4 d']);
  });

  test('broken records are refused one by one', async () => {
    const content = 'id,text\n1,a\n2\n3,"b"c\n4,d\n5,"e\n';
    expect(shown(await read(content, column()))).toEqual([
      '2 a',
      '3 text.syntax',
      '4 text.syntax',
      '5 d',
      '6 text.syntax',
    ]);
  });

  test('a file without the column is refused', async () => {
    expect(shown(await read('id,body\n1,a\n', column()))).toEqual(['- text.missing-column']);
    expect(shown(await read('text\na\n', { unit: 'column' }))).toEqual(['- text.missing-column']);
  });
});

test('a column or label called like what objects inherit is found in CSV, too', async () => {
  expect(shown(await read('constructor,x\na,b\n', { unit: 'column', column: 'constructor' }))).toEqual(['2 a']);
});

test('what was written as CSV is read as it was, whatever the cells hold', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', ';') });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), (rows) => {
      const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
      const text = rows.map((row) => row.map(quoted).join(',')).join('\r\n');
      expect([...readCsv(text, ',')].map((record) => record.ok && record.fields)).toEqual(rows);
    }),
  );
});

test('CSV of any bytes ends, with each line told at most once', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r'), maxLength: 60 }), (text) => {
      const lines = [...readCsv(text, ',')].map(({ line }) => line);
      expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
    }),
  );
});

test('quotes that are never closed are read in linear time', () => {
  expectLinearTime((lines) => expect([...readCsv('a,"b\n'.repeat(lines), ',')].length).toBeGreaterThan(0), 400_000);
});

test('a text that gzip packs is read as what it is; one that is cut, or far larger, is refused', async () => {
  expect(shown(await read(gzipSync('ann\neve\n')))).toEqual(['1 ann', '2 eve']);
  expect(shown(await read(gzipSync('ann\neve\n'), { unit: 'file' }))).toEqual(['- ann\neve\n']);
  expect(shown(await read(gzipSync('{"text":"a"}\n'), column()))).toEqual(['1 a']);
  expect(shown(await read(gzipSync('ann').subarray(0, -9)))).toEqual(['- text.broken-document']);
  expect(shown(await read(gzipSync(Buffer.alloc(17 * 2 ** 20, 'a\n'))))).toEqual(['- text.too-long']);
});
