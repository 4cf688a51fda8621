import { describe, expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import type { UnitMessage, Verdict } from '#core/ingest/messages.ts';
import { effectiveConfig } from '#core/kinds/config.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { cleanText } from '#stages/clean/text.ts';
import { openSourceExtractor } from '../../../fixtures/extractor.ts';
import { decodeTextPart } from '../../../fixtures/parts.ts';
import { zipOf } from '../../../fixtures/pictures.ts';

type File = Record<string, unknown>;
const NO_LICENSE = { 'item.no-license': { action: 'reject' } };

/** Cleans one dropped object (or a zip of files) in a dataset configured so. */
async function clean(content: string | Uint8Array | Record<string, string | Uint8Array>, file: File = {}) {
  const drop = memoryStore({ bucket: 'drop', versioned: true });
  const data = memoryStore({ bucket: 'data' });
  const packed = typeof content === 'object' && !(content instanceof Uint8Array);
  const bytes = packed ? await zipOf(buffers(content)) : content;
  const key = packed ? 'texts/all.zip' : 'texts/a.txt';
  await drop.put(key, bytes);
  const facts = await drop.head(key);
  const config = effectiveConfig({ kind: 'text', ...file } as never, undefined);
  await data.put(keys.config('texts', 'c'), JSON.stringify(config));
  const message: UnitMessage = {
    dataset: 'texts',
    uploadId: 'u',
    configId: 'c',
    unit: '00000-of-00001',
    source: { key, versionId: facts?.versionId ?? '', size: facts?.size ?? 0, etag: '' },
    slice: packed ? { type: 'zip', firstEntry: 0, entryCount: Object.keys(content).length } : { type: 'object' },
  };
  await cleanText(message, { drop, data, openExtractor: openSourceExtractor });
  const read = async (at: string) => new TextDecoder().decode((await data.get(at))?.body);
  const verdict = JSON.parse(await read(keys.verdict(message))) as Verdict;
  const part = verdict.part ? await data.get(verdict.part.key) : undefined;
  const items = part ? await decodeTextPart(part.body) : [];
  const quarantine = (await read(verdict.quarantine ?? '')).split('\n').filter(Boolean);
  return {
    verdict,
    items: items.map((item) => ({ ...item, text: new TextDecoder().decode(item.bytes) })),
    rejected: quarantine.map((line) => JSON.parse(line) as { path: string; issues: { code: string }[]; row?: string }),
  };
}

function buffers(files: Record<string, string | Uint8Array>): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(files).map(([path, body]) => [path, typeof body === 'string' ? Buffer.from(body) : body]),
  );
}
const codes = (fixes: readonly string[]) => fixes.map((fix) => (typeof fix === 'string' ? JSON.parse(fix) : fix).rule);

describe('a line', () => {
  test('that is a row of fixed widths is kept, and the file is told', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, i) => `${['north', 'east'][i % 2]?.padEnd(9)}${String(i * i).padStart(5)}`,
    );
    const { verdict } = await clean(`${rows.join('\n')}\n`, { text: { unit: 'line' } });
    expect(verdict.items).toEqual({ accepted: 20, rejected: 0 });
    expect(verdict.remarks).toEqual([{ code: 'text.fixed-width', items: 1, given: '2 columns', examples: ['a.txt'] }]);
  });

  test('is named by its text, whatever way it was written', async () => {
    const { items, verdict } = await clean('  cafe\u0301 \r\ncafé\ncafÃ©\nca\u200bf\u0000é\n');
    expect(verdict.items).toEqual({ accepted: 4, rejected: 0 });
    expect(new Set(items.map(({ itemId }) => itemId))).toEqual(new Set([sha256('café')]));
    expect(items.map(({ fixes }) => codes(fixes))).toEqual([
      ['text.not-normalized'],
      [],
      ['text.mojibake'],
      ['text.control-characters', 'text.invisible-characters'],
    ]);
    expect(items[1]).toMatchObject({
      path: 'a.txt',
      line: 2,
      length: 4,
      tokens: 1,
      letterShare: 1,
      source: 'texts/a.txt',
    });
  });

  test('that is wrong sits in quarantine with its number and itself, and harms no other', async () => {
    const lines = ['good one', '', 'x'.repeat(65), 'another'];
    const content = Buffer.concat([
      Buffer.from(`${lines.join('\n')}\n`),
      Buffer.from([0x62, 0xc0, 0xaf]),
      Buffer.from('\nlast'),
    ]);
    const { items, rejected, verdict } = await clean(new Uint8Array(content));
    expect(items.map(({ text }) => text)).toEqual(['good one', 'another', 'last']);
    expect(rejected.map(({ issues }) => issues[0])).toMatchObject([
      { code: 'text.empty', place: { path: 'a.txt', line: 2 } },
      { code: 'text.too-long', place: { line: 3 }, given: '65 characters', allowed: 'at most 64 characters' },
      { code: 'text.encoding', place: { line: 5 }, given: 'byte c0 at offset 85', allowed: 'utf-8' },
    ]);
    expect(rejected[1]?.row).toBe('x'.repeat(65));
    expect(verdict.byIssue).toEqual({ 'text.empty': 1, 'text.too-long': 1, 'text.encoding': 1 });
  });

  test('is cut, masked and kept where the rules say so', async () => {
    const rules = {
      'text.too-long': { action: 'fix' },
      'item.personal-data': { action: 'fix' },
      'text.empty': { action: 'off' },
    };
    const { items, rejected } = await clean(`${'y'.repeat(70)}\n\nmail a@b.de now`, { rules });
    expect(rejected).toEqual([]);
    expect(items.map(({ text }) => text)).toEqual(['y'.repeat(64), 'mail [email] now']);
    expect(items.map(({ fixes }) => codes(fixes))).toEqual([['text.too-long'], ['item.personal-data']]);
  });

  test('with personal data is flagged, and what it is stays out of the verdict', async () => {
    const { items, verdict } = await clean('mail a@b.de now');
    expect(items[0]?.flags).toEqual(['item.personal-data']);
    const strict = await clean('mail a@b.de now', { rules: { 'item.personal-data': { action: 'reject' } } });
    expect(strict.verdict.examples[0]).toMatchObject({ code: 'item.personal-data', given: '1 email' });
    expect(JSON.stringify([verdict, strict.verdict])).not.toContain('a@b.de');
  });
});

test('a sidecar in the archive is no document, and what it may say is not missed yet', async () => {
  const files = { 'labels.csv': 'path,label,license\na.txt,girl,CC0-1.0\n', 'a.txt': 'Emma\n' };
  const { items, verdict } = await clean(files, { labels: 'sidecar:labels.csv', rules: NO_LICENSE });
  expect(items).toMatchObject([{ text: 'Emma', label: null, flags: [] }]);
  expect(verdict.sidecar).toMatchObject({ path: 'labels.csv', alone: false });
});

test('a licence is required where the rules say so', async () => {
  const { verdict, rejected } = await clean('Emma\n', { rules: NO_LICENSE });
  expect(verdict).toMatchObject({ items: { accepted: 0, rejected: 1 }, byIssue: { 'item.no-license': 1 } });
  expect(rejected[0]).toMatchObject({ row: 'Emma' });
  expect((await clean('Emma\n', { license: 'CC0-1.0', rules: NO_LICENSE })).items).toMatchObject([
    { license: 'CC0-1.0', source: 'texts/a.txt' },
  ]);
});

test('a declared or detected encoding comes out as UTF-8', async () => {
  const spanish = Buffer.from('El niño está en España, señor\nmañana por la mañana\n', 'latin1');
  const detected = await clean(new Uint8Array(spanish));
  expect(detected.items.map(({ text }) => text)).toEqual(['El niño está en España, señor', 'mañana por la mañana']);
  expect(codes(detected.items[0]?.fixes ?? [])).toEqual(['text.encoding']);
  const refused = await clean(new Uint8Array(spanish), { rules: { 'text.encoding': { action: 'reject' } } });
  expect(refused.verdict.byIssue).toEqual({ 'text.encoding': 2 });
  const declared = await clean(new Uint8Array(Buffer.from('Größe', 'latin1')), { text: { encoding: 'windows-1252' } });
  expect(declared.items).toMatchObject([{ text: 'Größe', fixes: [] }]);
});

test('files are documents of the class they lie in; lines that most of them share are told or removed', async () => {
  const footer = 'This page is published under a very long licence.';
  const files = Object.fromEntries(
    Array.from({ length: 6 }, (_, i) => [
      `${i % 2 ? 'odd' : 'even'}/${i}.txt`,
      `Nr ${i}\n${i === 5 ? 'Own words alone.' : footer}\n`,
    ]),
  );
  const config = { text: { unit: 'file', maxLength: 1000 }, labels: 'folder' };
  const { items } = await clean(files, config);
  expect(items.map(({ label, flags }) => [label, ...flags])).toEqual([
    ['even', 'text.boilerplate'],
    ['odd', 'text.boilerplate'],
    ['even', 'text.boilerplate'],
    ['odd', 'text.boilerplate'],
    ['even', 'text.boilerplate'],
    ['odd'],
  ]);
  const mended = await clean(files, { ...config, rules: { 'text.boilerplate': { action: 'fix' } } });
  expect(mended.items.map(({ text }) => text)).toEqual([
    'Nr 0',
    'Nr 1',
    'Nr 2',
    'Nr 3',
    'Nr 4',
    'Nr 5\nOwn words alone.',
  ]);
});

test('texts in a language that hardly any other has are flagged where the rule is on', async () => {
  const german = Array.from(
    { length: 30 },
    (_, i) => `Das ist ein ganz gewöhnlicher deutscher Satz mit der Nummer ${i}.`,
  );
  const content = [...german, "Ceci n'est pas une phrase allemande, mais française."].join('\n');
  const config = { text: { maxLength: 200 }, rules: { 'text.language': { action: 'flag' } } };
  const { items } = await clean(content, config);
  expect(items.filter(({ flags }) => flags.length > 0)).toMatchObject([
    { line: 31, language: 'fr', flags: ['text.language'] },
  ]);
  expect(items[0]?.language).toBe('de');
});

test('only texts in the languages listed are taken in, and those too short to tell', async () => {
  const content = [
    'This sentence is written in plain English, as everybody can see.',
    'Dieser Satz ist auf Deutsch geschrieben, wie man leicht sehen kann.',
    "Ceci n'est pas une phrase allemande, mais une phrase française.",
    'Oui, monsieur',
  ].join('\n');
  const { items, rejected } = await clean(content, { text: { maxLength: 200, languages: ['en', 'de'] } });
  expect(items.map(({ line, language }) => [line, language])).toEqual([
    [1, 'en'],
    [2, 'de'],
    [4, null],
  ]);
  expect(rejected.map(({ issues }) => issues)).toMatchObject([
    [{ code: 'text.language-not-allowed', place: { line: 3 }, given: 'fr', allowed: 'en, de' }],
  ]);
});

test('repetition is flagged, and the same unit gives the same bytes', async () => {
  const content = `${'buy now '.repeat(40)}\na plain sentence that says something once only, and then stops\n`;
  const first = await clean(content, { text: { maxLength: 500 } });
  expect(first.items.map(({ flags }) => flags)).toEqual([['text.repetition'], []]);
  expect((await clean(content, { text: { maxLength: 500 } })).verdict).toEqual(first.verdict);
});

test('repetition is judged from its minimum length on', async () => {
  const rules = { 'text.repetition': { action: 'flag', minLength: 100 } };
  const file = { text: { maxLength: 500 }, rules };
  const { items } = await clean(`${'a'.repeat(99)}\n${'a'.repeat(100)}\n`, file);
  expect(items.map(({ flags }) => flags)).toEqual([[], ['text.repetition']]);
});
