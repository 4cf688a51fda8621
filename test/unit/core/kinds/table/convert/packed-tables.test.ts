import { crc32, gzipSync, zstdCompressSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from '@uwdata/flechette';
import { describe, expect, test } from 'vitest';
import { findFormat } from '#core/kinds/formats/find-format.ts';
import { notesBesideTables } from '#core/kinds/formats/notes-beside-tables.ts';
import { FORMATS } from '#core/kinds/formats/register.ts';
import { xxHash32 } from '#core/kinds/table/convert/unpack/xx-hash.ts';
import { avroFile, text } from '../../../../../fixtures/avro.ts';
import { FRAMED } from '../../../../../fixtures/packed.ts';
import { checkTable } from '../../../../../fixtures/tables.ts';
import { workbook } from '../../../../../fixtures/workbooks.ts';

const QUIET = 'kind: table\nrules: { item.personal-data: { action: off } }\n';
const CSV = Buffer.from(`a,b\n${'1,x\n'.repeat(20)}`);
const check = (bytes: Uint8Array, path: string) => checkTable(bytes, { path, config: QUIET });
/** Made by Python: three times "hello" as Avro has it, a table in one block of Snappy, and one of LZ4. */
const HELLOS = {
  bzip2: 'QlpoOTFBWSZTWcb+RrcAAAFBAAAQAkSgACI/VGQZoKjkXHi7kinChIY38jW4',
  xz: '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AARAAtdAAUbCiPNpiELhnAAAAA2ZrkNAAEjEgKzlm2QQpkNAQAAAAABWVo=',
};
const RAW_SNAPPY = Buffer.from('VBhhLGIKMSx4/gQAMgQA', 'base64');
const LZ4_BLOCK = Buffer.from('f2EsYgoxLHgEADVQCjEseAo=', 'base64');
const CHECKED_LZ4 = Buffer.from('BCJNGHRAvREAAAB/YSxiCjEseAQANVAKMSx4CpUDS6AAAAAAuvDEpg==', 'base64');
const XZ_WITH_SHA256 = Buffer.from(
  '/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQAHYSxiCjEseAoA7MxjA9jt5eXsItKIuDUBk/nrkHyT9Jx41bH/Cvfs1FAAATgI4oHCORibS5oBAAAAAApZWg==',
  'base64',
);

describe('Zstandard', () => {
  test('is read to its end, however many frames and notes it has', async () => {
    const note = Buffer.concat([Buffer.from('502a4d1803000000', 'hex'), Buffer.from('abc')]);
    const checked = zstdCompressSync(CSV.subarray(40), { params: { 201: 1 } });
    const file = Buffer.concat([
      note,
      zstdCompressSync(CSV.subarray(0, 10)),
      zstdCompressSync(CSV.subarray(10, 40)),
      note,
      checked,
    ]);
    expect(await findFormat({ start: file, path: 'a.csv.zst' })).toBe(FORMATS.zstd);
    expect(await check(file, 'a.csv.zst')).toMatchObject({ accepted: 20, rejected: 0 });
  });

  test('with blocks of every kind is split where its frames end', async () => {
    const rows = Buffer.from(
      `a,b\n${Array.from({ length: 60_000 }, (_, i) => `${i},${(i * 7919) % 1009}\n`).join('')}`,
    );
    const file = Buffer.concat([zstdCompressSync(rows), zstdCompressSync(Buffer.from('1,1\n'.repeat(50_000)))]);
    expect(await check(file, 'a.csv.zst')).toMatchObject({ accepted: 110_000, rejected: 0 });
  });

  test('that is cut off, or has something else behind it, is refused', async () => {
    const whole = zstdCompressSync(CSV);
    for (const file of [
      whole.subarray(0, -3),
      Buffer.concat([whole, Buffer.from('more bytes')]),
      Buffer.concat([whole, whole.subarray(0, 9)]),
    ])
      expect((await check(file, 'a.csv.zst')).byIssue).toEqual({ 'table.corrupt': 1 });
  });
});

test('one block of Snappy by itself is read, as libraries write it', async () => {
  expect(await check(RAW_SNAPPY, 'a.csv.snappy')).toMatchObject({ accepted: 20, rejected: 0 });
});

test('LZ4 of the first version is known and read', async () => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(LZ4_BLOCK.length);
  const frame = Buffer.concat([Buffer.from('02214c18', 'hex'), length, LZ4_BLOCK]);
  expect(await findFormat({ start: frame, path: 'a' })).toBe(FORMATS.lz4);
  expect(await check(frame, 'a.csv.lz4')).toMatchObject({ accepted: 20, rejected: 0 });
  expect((await check(Buffer.concat([frame, frame]), 'a.csv.lz4')).accepted).toBeGreaterThan(20);
  expect((await check(frame.subarray(0, -2), 'a.csv.lz4')).byIssue).toEqual({ 'table.corrupt': 1 });
});

describe('a file whose bytes were changed on the way is refused, not read with other values:', () => {
  const changed = (bytes: Buffer, at: number) => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] as number) ^ 1;
    return copy;
  };
  const refused = { 'table.corrupt': 1 };

  test('LZ4, by the checksums of its blocks and of all', async () => {
    expect((await check(CHECKED_LZ4, 'a.csv.lz4')).accepted).toBe(20);
    // A letter of the block, its checksum, and that of all.
    for (const at of [12, CHECKED_LZ4.length - 12, CHECKED_LZ4.length - 1])
      expect((await check(changed(CHECKED_LZ4, at), 'a.csv.lz4')).byIssue).toEqual(refused);
  });

  test('Snappy and Avro', async () => {
    expect((await check(FRAMED, 'a.csv.sz')).accepted).toBe(2);
    expect((await check(changed(FRAMED, 18), 'a.csv.sz')).byIssue).toEqual(refused);
    const body = text('hello');
    const block = (checksum: number) => {
      const stored = Buffer.alloc(4);
      stored.writeUInt32BE(checksum);
      return Buffer.concat([Buffer.from([body.length, (body.length - 1) << 2]), body, stored]);
    };
    const file = (checksum: number) => avroFile('string', [body], 'snappy', block(checksum));
    expect((await check(file(crc32(body)), 'a.avro')).accepted).toBe(1);
    expect((await check(file(0), 'a.avro')).byIssue).toEqual(refused);
  });

  test('by the hash of its specification, however the bytes come', () => {
    const hashOf = (...pieces: readonly string[]) => {
      const hash = xxHash32();
      for (const piece of pieces) hash.update(Buffer.from(piece));
      return hash.digest().toString(16);
    };
    expect([hashOf(''), hashOf('a'), hashOf('abc')]).toEqual(['2cc5d05', '550d7456', '32d153ff']);
    const long = 'Nobody inspects the spammish repetition';
    expect(hashOf(long)).toBe('e2293b2f');
    expect(hashOf(long.slice(0, 3), long.slice(3, 20), '', long.slice(20))).toBe('e2293b2f');
  });
});

test('xz with a check that is not read says what is read', async () => {
  const { rejects } = await check(XZ_WITH_SHA256, 'a.csv.xz');
  expect(rejects[0]?.issues[0]).toMatchObject({ code: 'table.corrupt', allowed: expect.stringContaining('unxz -k') });
});

test.each(['bzip2', 'xz'] as const)('blocks of Avro are unpacked by %s', async (codec) => {
  const file = avroFile(
    'string',
    [text('hello'), text('hello'), text('hello')],
    codec,
    Buffer.from(HELLOS[codec], 'base64'),
  );
  expect(await check(file, 'a.avro')).toMatchObject({ accepted: 3, rejected: 0 });
});

test('a value of an Avro enum that has no such symbol is refused, not left empty', async () => {
  const file = avroFile({ type: 'enum', name: 'e', symbols: ['A'] }, [Buffer.from([2])]);
  expect((await check(file, 'a.avro')).rejects[0]?.issues[0]?.given).toContain('symbol 1 of an enum of 1');
});

describe('gzip around a file that is no text', () => {
  test('is unpacked: Arrow, a workbook', async () => {
    const arrow = tableToIPC(tableFromArrays({ a: [1, 2, 3], b: ['x', 'y', 'z'] }), { format: 'file' }) as Uint8Array;
    expect(await check(gzipSync(arrow), 'a.arrow.gz')).toMatchObject({ accepted: 3, rejected: 0 });
    const row = (cells: readonly string[]) =>
      `<row>${cells.map((cell) => `<c t="str"><v>${cell}</v></c>`).join('')}</row>`;
    const book = await workbook({
      S: [
        ['n', 'm'],
        ['1', 'x'],
        ['2', 'y'],
      ]
        .map(row)
        .join(''),
    });
    expect(await check(gzipSync(book), 'a.xlsx.gz')).toMatchObject({ accepted: 2, rejected: 0 });
  });

  test('says what is inside if that is not read', async () => {
    const { rejects } = await check(
      gzipSync(Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(100)])),
      'a.gz',
    );
    expect(rejects[0]?.issues[0]).toMatchObject({
      code: 'upload.type-not-allowed',
      given: expect.stringContaining('SQLite'),
    });
    const twice = await check(gzipSync(zstdCompressSync(CSV)), 'a.csv.zst.gz');
    expect(twice.rejects[0]?.issues[0]).toMatchObject({ code: 'table.corrupt', allowed: 'one layer' });
  });
});

test('an empty first sheet is passed over, and the remark says which one is read', async () => {
  const row = (a: string) => `<row><c t="str"><v>${a}</v></c><c t="str"><v>m${a}</v></c></row>`;
  const sheets = { Cover: '', Hidden: row('h'), Data: row('n') + row('1') + row('2') };
  const { accepted, remarks } = await checkTable(await workbook(sheets, { hidden: ['Hidden'] }), {
    path: 'a.xlsx',
    config: QUIET,
  });
  expect(accepted).toBe(2);
  expect(remarks?.[0]?.given).toBe('the sheet "Data" is read, not "Cover", "Hidden"');
  const named = await checkTable(await workbook(sheets), {
    path: 'a.xlsx',
    config: 'kind: table\ntable: { sheet: Cover }\n',
  });
  expect(named.rejects[0]?.issues[0]).toMatchObject({
    code: 'table.empty',
    given: 'the sheet "Cover" has no cell with a value',
  });
});

test('formulas that no program has computed are empty, and that is told', async () => {
  const rows = [1, 2].map((n) => `<row><c><v>${n}</v></c><c><f>A${n}*2</f></c><c t="str"><f>""</f><v></v></c></row>`);
  const names = '<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c><c t="str"><v>c</v></c></row>';
  const book = await workbook({ S: names + rows.join('') });
  const { accepted, remarks } = await checkTable(book, { path: 'a.xlsx', config: QUIET });
  expect(accepted).toBe(2);
  expect(remarks).toMatchObject([{ items: 2, given: expect.stringContaining('formulas without a stored value') }]);
});

test('what describes a data set is no row of it', () => {
  const saved = [
    's/train/data-00000-of-00001.arrow',
    's/train/dataset_info.json',
    's/train/state.json',
    's/dataset_dict.json',
  ];
  expect(notesBesideTables(saved)).toEqual(saved.slice(1));
  expect(notesBesideTables(['a.csv', 'dataset-metadata.json'])).toEqual(['dataset-metadata.json']);
  expect(notesBesideTables(['state.json', 'a.csv', 'b.csv'])).toEqual([]);
  expect(notesBesideTables(['x/state.json', 'y/a.arrow'])).toEqual([]);
});
