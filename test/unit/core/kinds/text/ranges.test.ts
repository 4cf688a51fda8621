import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextConfig } from '#core/kinds/text/config.ts';
import { readDocuments } from '#core/kinds/text/documents.ts';
import { hasLineDocuments, planTextRanges, type RangeLimits, type TextRange } from '#core/kinds/text/ranges.ts';

const plan = (bytes: Uint8Array, limits: RangeLimits) =>
  planTextRanges(bytes.length, async (first, last) => bytes.subarray(first, last + 1), limits);

async function linesOf(bytes: Uint8Array, range: Partial<TextRange> = {}) {
  const { firstByte = 0, byteCount = bytes.length, ...how } = range;
  const found: string[] = [];
  const file = { path: 'a', bytes: bytes.subarray(firstByte, firstByte + byteCount), ...how };
  for await (const document of readDocuments(file, { text: TextConfig.parse({ maxLength: 1000 }) }))
    found.push(`${document.line} ${document.ok ? document.text : document.issue.code}`);
  return found;
}

const line = fc.string({ unit: fc.constantFrom('a', 'é', '\r', '\u0a0a', '日'), maxLength: 12 });
const encodings = [
  ['utf-8', (text: string) => Buffer.from(text)],
  ['utf-16le', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['utf-16be', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
] as const;

test.each(encodings)(
  'ranges of %s have the lines of the whole, with their numbers, within their limits',
  async (_name, encode) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 30 }),
        fc.record({
          bytes: fc.integer({ min: 4, max: 60 }),
          lines: fc.integer({ min: 1, max: 8 }),
          readBytes: fc.constantFrom(2, 8, 64),
        }),
        async (lines, limits) => {
          const bytes = new Uint8Array(encode(lines.join('\n')));
          fc.pre(bytes.length > 2);
          const ranges = await plan(bytes, limits);
          let next = 0;
          const found: string[] = [];
          for (const range of ranges) {
            expect(range.firstByte).toBe(next);
            next += range.byteCount;
            const own = await linesOf(bytes, range);
            // What other line ends than a line feed part has the number of its line.
            const numbers = new Set(own.map((one) => one.split(' ', 1)[0]));
            if (lines.length > 1) expect(numbers.size).toBeLessThanOrEqual(limits.lines);
            if (lines.length > 1 && range.byteCount > limits.bytes) expect(numbers.size).toBe(1);
            found.push(...own);
          }
          expect(next).toBe(bytes.length);
          expect(found).toEqual(await linesOf(bytes));
        },
      ),
    );
  },
);

test('lines and JSON objects are cut, files and CSV are not', () => {
  const start = (text: string) => new TextEncoder().encode(text);
  expect(hasLineDocuments({ unit: 'line' }, start('a'))).toBe(true);
  expect(hasLineDocuments({ unit: 'column' }, start(' {"text":"a"}'))).toBe(true);
  expect(hasLineDocuments({ unit: 'column' }, start('id,text'))).toBe(false);
  expect(hasLineDocuments({ unit: 'file' }, start('a'))).toBe(false);
});
