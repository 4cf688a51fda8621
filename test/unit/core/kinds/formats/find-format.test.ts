import { describe, expect, test } from 'vitest';
import { findFormat } from '#core/kinds/formats/find-format.ts';
import type { Format } from '#core/kinds/formats/format.ts';
import { FORMATS } from '#core/kinds/formats/register.ts';
import { typeFactsOf } from '#core/kinds/formats/type-facts.ts';
import { zipped } from '../../../../fixtures/workbooks.ts';

type FormatName = keyof typeof FORMATS;
const ALL = Object.entries(FORMATS) as [FormatName, Format][];
const named = async (start: Uint8Array, path = '', size = start.length) => {
  const found = await findFormat({ start, path, size });
  return ALL.find(([, format]) => format === found)?.[0];
};
const bytesOf = (part: string) =>
  part.startsWith('0x') ? Buffer.from(part.slice(2), 'hex') : Buffer.from(part, 'latin1');

/** The signature of a format, then zeros. */
function signedBytes(parts: readonly string[]): Uint8Array {
  const bytes = Buffer.alloc(512);
  for (const part of parts) {
    const at = /^@(\d+) ([\s\S]*)$/.exec(part);
    bytes.set(bytesOf(at?.[2] ?? part), Number(at?.[1] ?? 0));
  }
  return bytes;
}

test('150 signatures and more are told apart', () => {
  const signs = ALL.map(
    ([, { signatures = [], types = [], tells, suits }]) =>
      [...signatures, ...types, ...(tells ? [tells] : []), ...(suits ? [suits] : [])].length,
  );
  expect(signs.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(300);
  expect(ALL.length).toBeGreaterThan(150);
});

const SIGNED = ALL.flatMap(([name, { signatures = [] }]) =>
  signatures.map((one) => [name, typeof one === 'string' ? [one] : one] as const),
);
test.each(SIGNED)('%s is known by %j', async (name, parts) => {
  expect(await named(signedBytes(parts))).toBe(name);
});

test('each of them is read by some kind, or says what to do, as a sentence with an end', () => {
  for (const [name, { kinds, wayOut, name: words }] of ALL) {
    expect(words, name).toMatch(/^(an? |the |address|compiled|plain|metadata|subtitles|weights|JSON)/);
    // A film among files that also carry sounds is refused, with what to do.
    if (kinds.length > 0 && !words.startsWith('a film or a ')) expect(wayOut, name).toBeUndefined();
    else expect(wayOut, name).toMatch(/^[A-Z].{8,}/);
  }
});

test('a workbook or document with a password, and a binary workbook, are no old files and no archives', async () => {
  const compound = (name: string) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), Buffer.from(name, 'utf16le')]);
  expect(await named(compound('EncryptedPackage'), 'a')).toBe('lockedOffice');
  expect(await named(compound('far from its start'), 'sales.xlsx')).toBe('lockedOffice');
  expect(await named(compound('Workbook'), 'sales.xlsx')).toBe('xls');
  const binary = await zipped({ '[Content_Types].xml': '<Types/>', 'xl/workbook.bin': 'x' });
  expect(await named(binary, 'a')).toBe('binaryWorkbook');
  expect(await named(await zipped({ 'a.png': 'x' }), 'a.zip')).toBe('zip');
});

describe('what begins as another format and is a text', () => {
  test.each([
    'ORC,name\n1,x\n',
    'GRIB\nBUFR\n',
    'qoif,MZ\n',
    'From the beginning,\nthere was light.\n',
    'Select your seat, then insert a coin.\n',
    'Use it; create tables of oak.\n',
    'Drop table tennis, take up chess.\n',
    '{"text": "a cell"}\n{"text": "cells"}\n',
    'a < b and c > d\n',
    'To: you\nSubject: none of this is a mail, it is a play.\nThe end\n',
    '1\nof many\n',
    '# v -1 is a version\n',
  ])('%j', async (text) => {
    expect(await named(Buffer.from(text), 'a.txt')).toBeUndefined();
  });
});

describe('a text that is something else', () => {
  test.each([
    ['sqlDump', '-- MySQL dump 10.13\n--\nCREATE TABLE `t` (a int);\n'],
    ['sqlDump', '/*!40101 SET NAMES utf8 */;\nINSERT INTO t VALUES (1);\n'],
    ['sqlDump', 'PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n'],
    ['notebook', '{\n "cells": [\n  {\n   "cell_type": "code",\n   "source": []'],
    ['svg', '<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['html', '\n<!DOCTYPE html>\n<html><body>Hi</body></html>'],
    ['xml', '<?xml version="1.0"?><rows><row a="1"/></rows>'],
    ['feed', '<?xml version="1.0"?><rss version="2.0"></rss>'],
    ['s3Error', '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'],
    ['gitLfs', 'version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 1\n'],
    ['arff', '% made by hand\n@RELATION iris\n@ATTRIBUTE a REAL\n@DATA\n1\n'],
    ['subtitles', '1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n'],
    ['email', 'Received: by x\nFrom: a@b.c\nTo: d@e.f\nSubject: Hi\n\nHello\n'],
    ['mailbox', 'From a@b.c Mon Jan  1 00:00:00 2024\nFrom: a@b.c\n\nHello\n'],
    ['postscript', '%!PS-Adobe-3.0\n'],
    ['rtf', '{\\rtf1\\ansi Hello}'],
    ['key', '-----BEGIN PRIVATE KEY-----\nAAAA\n'],
    ['pnm', 'P2\n# a grey one\n2 2\n255\n0 1 2 3\n'],
  ] as const)('%s', async (name, text) => {
    expect(await named(Buffer.from(text))).toBe(name);
  });
});

const pickle = Buffer.from('80049529000000000000007d94288c0161944b018c0162944b02752e', 'hex');
const compound = Buffer.concat([
  Buffer.from('d0cf11e0a1b11ae1', 'hex'),
  Buffer.alloc(504),
  Buffer.from('Workbook', 'utf16le'),
]);
const idx = Buffer.concat([Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2]), Buffer.alloc(8)]);
test.each([
  ['pickle', pickle, ''],
  ['xls', compound, 'a'],
  ['oldOffice', compound.subarray(0, 512), 'a'],
  ['doc', compound.subarray(0, 512), 'a.doc'],
  ['idx', idx, ''],
  ['targa', Buffer.from([0, 0, 2, 0, 0, 0, 0, 0]), 'a.TGA'],
  [undefined, Buffer.from([0, 0, 10, 0, 0, 0, 0, 0]), 'a.bin'],
] as const)('%s by what lies in it', async (name, bytes, path) => {
  expect(await named(bytes, path)).toBe(name);
});

test('a refusal says what it is and what to do with that very file, in place of what is read', async () => {
  const facts = await typeFactsOf({ start: pickle, path: "x/it's mine.pkl" }, 'table');
  expect(facts.given).toContain('Python pickle');
  expect(facts.remedy).toContain("'it'\\''s mine.pkl'");
  expect(facts.allowed).toBeUndefined();
});

test('what another kind reads is named beside what this one does', async () => {
  const facts = await typeFactsOf({ start: Buffer.from('PAR1\0'), path: 'a.parquet' }, 'image');
  expect(facts).toEqual({ given: 'a Parquet table', allowed: expect.stringContaining('PNG, JPEG') });
});

test('a portable map is known with its size on the first line, whatever bytes its pixels are', async () => {
  expect(await named(Buffer.concat([Buffer.from('P5 80 60 65535\n'), Buffer.from([0, 0, 0, 1, 1, 2])]))).toBe('pnm');
  expect(await named(Buffer.concat([Buffer.from('P6 # by hand\n8 6 255\n'), Buffer.alloc(144)]))).toBe('pnm');
});

test('a drawing is known behind comments, entities and instructions, and with a prefix', async () => {
  for (const text of [
    '<?xml version="1.0"?>\n<!-- Generator -->\n<!DOCTYPE svg PUBLIC "a" "b" [ <!ENTITY x "http://y"> ]>\n<svg>',
    '<!-- a --><!DOCTYPE svg PUBLIC "a" "b"><svg/>',
    '\ufeff<?xml version="1.0"?><?xml-stylesheet href="a"?><svg:svg xmlns:svg="x">',
    '<svg/>',
  ])
    expect(await named(Buffer.from(text)), text).toBe('svg');
  expect(await named(Buffer.from('A text about <svg> in the middle, not a drawing.'))).toBeUndefined();
});

test('a pickle of the oldest versions, and one in a zip, is known', async () => {
  expect(await named(Buffer.from('ccopy_reg\n_reconstructor\np0\n(cpandas\nDataFrame\n'))).toBe('pickle');
  expect(await named(Buffer.from('(dp0\nVa\np1\nI1\ns.'))).toBe('pickle');
  expect(await named(Buffer.from('Vx\np0\n.'), 'a.pkl')).toBe('pickle');
  expect(await named(Buffer.from('}q\0X\x01\0\0\0aq\x01K\x01s.', 'latin1'), 'a.pkl')).toBe('pickle');
  expect(await named(Buffer.from('(lists of words)\ncats\n'))).toBeUndefined();
  expect(await named(await zipped({ 'archive/data.pkl': 'x', 'archive/version': '3' }), 'm.pt')).toBe('pytorch');
});

const TEXTS: readonly (readonly [FormatName, string, string])[] = [
  ['fasta', 'a.txt', '>seq1 a protein\nMKVLAAGIVGLLLAQWERTY\nMKVLAA\n>seq2\nMKVLAAGIVGLL\n'],
  ['fasta', 'a.fa', '>chr1\nacgtacgtacgtnnnnacgt\nacgtacgtacgt\n'],
  ['fastq', 'a.txt', '@read1\nACGTACGT\n+\nIIIIIIII\n@read2\nACGT\n+\nIIII\n'],
  ['variants', 'a.vcf', '##fileformat=VCFv4.2\n#CHROM\tPOS\n1\t7\n'],
  ['genes', 'a.gff', '##gff-version 3\nchr1\tx\tgene\t1\t9\n'],
  ['alignments', 'a.sam', '@HD\tVN:1.6\n@SQ\tSN:1\tLN:9\n'],
  ['structure', 'a.pdb', 'HEADER    HYDROLASE          02-JAN-98   1ABC\nTITLE     X\n'],
  ['structure', 'a.ent', 'REMARK made by hand\nATOM      1  N   ALA A   1      11.104\n'],
  ['libsvm', 'a.txt', '1 1:0.5 3:1e-3\n-1 2:4\n1 1:2 2:3\n'],
  ['playlist', 'a.txt', '#EXTM3U\n#EXTINF:1,x\na.mp3\n'],
  ['playlist', 'a.cue', 'FILE "x.wav" WAVE\n  TRACK 01 AUDIO\n'],
  ['checksums', 'SHA', `${'0a'.repeat(32)}  a.csv\n${'1b'.repeat(32)} *b.csv\n`],
  ['download', 'a.jpg.part', 'abc'],
  ['audacity', 'a.aup', '<?xml version="1.0"?>\n<project xmlns="http://audacity.sourceforge.net/xml/"/>'],
  ['yaml', 'a.yml', '# list\n- shop: Ost\n  units: 3\n'],
  ['toml', 'a.toml', '[[item]]\nshop = "Ost"\n'],
  ['settings', 'a.ini', '; by hand\n[main]\na=1\n'],
  ['manifest', 'manifest', '{"entries":[{"url":"s3://b/0000_part_00","mandatory":true}]}'],
  ['clientTable', 'q.txt', '+----+------+\n| id | shop |\n+----+------+\n'],
  ['googleSheet', 'Sheet1.html', '<meta charset="utf-8"><link rel="stylesheet" href="resources/sheet.css"><table/>'],
  [
    'flatOds',
    'a.fods',
    '<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet"/>',
  ],
  ['html', 'a.htm', '<div class="post"><p>Hello</p></div>'],
  ['ass', 'a.sub', '{0}{20}Hello|there\n{25}{40}Bye\n'],
  ['ass', 'song.lrc', '[ti:Song]\n[ar:X]\n[00:01.00]La\n[00:02.50]la\n'],
  ['ass', 'a.ttml', '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body/></tt>'],
  ['sbv', 'a.sbv', '0:00:01.000,0:00:02.000\nHello\n'],
  ['appleMail', '1.emlx', '990\nFrom: a@b.c\nTo: d@e.f\n\nHi\n'],
  ['twitter', 'tweets.js', 'window.YTD.tweets.part0 = [ {'],
  ['score', 's.musicxml', '<?xml version="1.0"?>\n<score-partwise version="3.1"/>'],
  ['cifarPickle', 'cifar-10-batches-py/batches.meta', '(dp0\nVlabel_names\np1\n'],
];
test.each(TEXTS)('%s (%s) is named, not taken for a text', async (name, path, text) => {
  expect(await named(Buffer.from(text), path)).toBe(name);
});

test('a quotation, a list and lines of numbers are no sequences and no labels with numbered values', async () => {
  for (const text of [
    '> he said\n> and went\n',
    '>Title\nWords of a sentence stand here.\n',
    '@ann hello\nfine\n+1\nyes\n',
    '1 2 3\n4 5 6\n',
    '10:30 lunch\n11:45 tea\n',
    'TITLE of a play\nREMARK of a critic\n',
    '<p align="center"><img src="logo.png"></p>\n\n# Title\n',
    '[00:01:23] Ann: hello\n[00:01:25] Bob: hi\n',
    '- a list\n- of words\n',
  ])
    expect(await named(Buffer.from(text), 'a.md'), text).toBeUndefined();
});

test('BSON, MessagePack and recordings are known by their names and their first bytes', async () => {
  const bson = Buffer.from('16000000026e616d650004000000416e6e000061000000', 'hex');
  expect(await named(bson, 'users.bson')).toBe('bson');
  expect(await named(Buffer.from([0x92, 0x81, 0xa1, 0x61, 1]), 'a.msgpack')).toBe('messagePack');
  expect(await named(Buffer.from(`0       ${' '.repeat(248)}\0`), 'night.edf')).toBe('recording');
});

test('a tar that is packed otherwise than by gzip is an archive by its name', async () => {
  const xz = Buffer.from('fd377a585a000004e6d6b446', 'hex');
  expect(await named(xz, 'photos.tar.xz')).toBe('packedTar');
  expect(await named(xz, 'photos.txz')).toBe('packedTar');
  expect(await named(xz, 'rows.csv.xz')).toBe('xz');
});

test('an archive in an archive, a part of one and a map in a zip say how to get at what they hold', async () => {
  const zip = await zipped({ 'doc.kml': '<kml/>' });
  expect(await named(zip, 'tour.kmz')).toBe('geoXml');
  expect(await named(zip, 'photos.zip.001')).toBe('archivePart');
  expect(await named(Buffer.from([1, 2, 0, 3]), 'photos.zip.002')).toBe('archivePart');
  expect(await typeFactsOf({ start: zip, path: 'a/inner.zip' }, 'image')).toEqual({
    given: 'a zip archive inside of an archive',
    remedy: 'Unpack it, and pack its files instead: unzip inner.zip',
  });
});

test('sounds without a header, in LOAS and of games, projects and layers in a database are known', async () => {
  const frame = Buffer.alloc(3 + 5);
  frame.set([0x56, 0xe0, 5]);
  expect(await named(Buffer.concat([frame, frame]), 'a')).toBe('loas');
  expect(await named(Buffer.from([0x56, 0xe0, 5, 0, 0, 0, 0, 0, 1, 2, 3]), 'a')).toBeUndefined();
  expect(await named(Buffer.from([1, 0, 254, 255, 3, 0]), 'call.sln')).toBe('headerless');
  expect(await named(Buffer.from([0x80, 0, 0, 0x24, 3, 18, 4]), 'a.adx')).toBe('adx');
  const database = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(84)]);
  expect(await named(database, 'a.db')).toBe('sqlite');
  expect(await named(database, 'song.aup3')).toBe('audacity');
  expect(await named(database, 'roads.gpkg')).toBe('geoPackage');
});

test('a workbook and a document are known where the list of their parts stands behind the first bytes', async () => {
  const parts = {
    'docProps/app.xml': '<a/>',
    'xl/theme/theme1.xml': 'x'.repeat(9),
    'xl/worksheets/sheet1.xml': '<w/>',
  };
  const start = (await zipped({ ...parts, '[Content_Types].xml': '<Types/>' })).subarray(0, 200);
  expect(await named(start, 'a')).toBe('xlsx');
  const document = await zipped({ '_rels/.rels': '<r/>', 'word/document.xml': '<w/>', 'a.bin': 'x' });
  expect(await named(document.subarray(0, 90), 'a')).toBe('docx');
  const workbooks = await zipped({ 'a.xlsx': Buffer.from(start).toString('latin1') });
  expect(await named(workbooks, 'a.zip')).toBe('zip');
  expect(await named(await zipped({ 'Index/Document.iwa': 'x' }), 'a.numbers')).toBe('numbers');
});

// A pattern that can split such a text in several ways tries them all, which takes longer than a life from thirty repetitions on.
test('texts that repeat what a pattern skips are told in no time', () => {
  const skipped = [
    '<!---->',
    '<!-- -->\n',
    '<?x?>',
    '# ',
    '#\n',
    '% ',
    '%\n',
    '; ',
    '! ',
    '%YAML ',
    '--- ',
    '-- ',
    '/**/ ',
    '[a:b]',
    '1:1 ',
  ];
  const paths = ['a.yaml', 'a.toml', 'a.ini', 'a.csv', 'a.txt', 'a'];
  const told = ALL.flatMap(([, { tells }]) => (tells ? [tells] : [])).flatMap((tells) =>
    skipped.flatMap((unit) => paths.flatMap((path) => ['', '!'].map((end) => tells(unit.repeat(500) + end, path)))),
  );
  expect(told.length).toBeGreaterThan(5000);
});
