import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { effectiveConfig } from '#core/kinds/config.ts';
import type { SourceFile } from '#core/kinds/define/cleaned.ts';
import { cleanTexts } from '#core/kinds/text/clean-texts.ts';
import type { TextDataset } from '#core/kinds/text/definition.ts';

const configOf = (text: object, rules: object = {}) =>
  effectiveConfig({ kind: 'text', text, rules } as never, undefined) as TextDataset;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const UNWANTED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u200b\ufeff]/;

const pieces = fc.constantFrom(
  'a',
  'é',
  'e\u0301',
  'Ã©',
  'â€™',
  '\u0000',
  '\u202e',
  '\u200d',
  '👩‍👩‍👧',
  '\u0301',
  '"',
  ',',
  '{"text":"b"}',
  '\r',
  '\n',
  '\ufffd',
  '日本',
  ' ',
);
const bytesOf = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.array(pieces, { maxLength: 30 }).map((parts) => new TextEncoder().encode(parts.join(''))),
  fc.array(pieces, { maxLength: 30 }).map((parts) => new Uint8Array(Buffer.from(`\ufeff${parts.join('')}`, 'utf16le'))),
  fc
    .tuple(fc.array(pieces, { maxLength: 20 }), fc.uint8Array({ maxLength: 4 }))
    .map(
      ([parts, junk]) =>
        new Uint8Array(Buffer.concat([Buffer.from(parts.join('')), junk, Buffer.from(parts.join(''))])),
    ),
);

async function* only(bytes: Uint8Array): AsyncGenerator<SourceFile> {
  yield { ok: true, path: 'a/b.txt', bytes };
}

test.each([
  configOf({ unit: 'line' }),
  configOf(
    { unit: 'file', maxLength: 5 },
    { 'text.too-long': { action: 'fix' }, 'item.personal-data': { action: 'fix' } },
  ),
  configOf({ unit: 'column', column: 'text' }),
])(
  'whatever comes in, what goes out is valid UTF-8 in normal form C, and everything is accounted for: %#',
  async (config) => {
    await fc.assert(
      fc.asyncProperty(bytesOf, async (bytes) => {
        for await (const cleaned of cleanTexts(() => only(bytes), config, 'a/b.txt')) {
          if (!cleaned.accepted) {
            expect(cleaned.issues.length).toBeGreaterThan(0);
            continue;
          }
          const { item } = cleaned;
          const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(item.bytes);
          expect(text).toBe(text.normalize('NFC').trim());
          expect(text).not.toBe('');
          expect(text).not.toMatch(UNWANTED);
          expect(item.itemId).toBe(sha256(item.bytes));
          expect(item.length).toBeLessThanOrEqual(config.text.maxLength);
        }
      }),
      { numRuns: 150 },
    );
  },
);

test('what was cleaned stays as it is when it is cleaned again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), async (parts) => {
      const config = configOf({ unit: 'file', maxLength: 1000 });
      const once = async (bytes: Uint8Array) => {
        for await (const cleaned of cleanTexts(() => only(bytes), config, 'a/b.txt'))
          if (cleaned.accepted) return cleaned.item;
        return undefined;
      };
      const first = await once(new TextEncoder().encode(parts.join('')));
      if (first) expect(await once(first.bytes)).toMatchObject({ itemId: first.itemId, fixes: [] });
    }),
    { examples: [[['Ã©', '\u200d', 'â€™', 'â€™']]] },
  );
});

test('a unit with more documents than one call cleans says so instead of dying, and keeps those before', async () => {
  const file: SourceFile = {
    path: 'a.txt',
    ok: true,
    bytes: Buffer.from('first line\nsecond line\nthird line\nfourth line\n'),
  };
  const open = async function* () {
    yield file;
  };
  const config = configOf({ unit: 'line', maxLength: 64 });
  const found = [];
  for await (const cleaned of cleanTexts(open, config, 'd/a.txt', 2))
    found.push(cleaned.accepted ? cleaned.item.line : cleaned.issues);
  expect(found).toEqual([
    1,
    2,
    [
      {
        code: 'upload.too-large',
        place: { path: 'a.txt', line: 3 },
        given: expect.stringContaining('more than 2 documents'),
        allowed: expect.stringContaining('uploaded again'),
      },
    ],
  ]);
});
