import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextConfig } from '#core/kinds/text/config.ts';
import { readDocuments } from '#core/kinds/text/documents.ts';
import { type LineSpan, measureLines } from '#core/kinds/text/line-spans.ts';

const READERS = { line: { unit: 'line' }, column: { unit: 'column', column: 'text' } } as const;

async function documentsOf(bytes: Uint8Array, unit: 'line' | 'column', lines?: LineSpan) {
  const found: string[] = [];
  const file = { path: 'a', bytes, ...(lines && { lines }) };
  for await (const document of readDocuments(file, { text: TextConfig.parse(READERS[unit]), minConfidence: 0.5 }))
    found.push(`${document.line} ${document.ok ? document.text : document.issue.code}`);
  return found;
}

const cell = fc.string({ unit: fc.constantFrom('a', 'é', '\r', '\f', '"', ',', '\n', '\u0a0a', '日'), maxLength: 10 });
const encodings = {
  'utf-8': (text: string) => Buffer.from(text),
  'utf-16le': (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'utf-16be': (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};

test('spans have the documents of the whole file, each once, whatever ends its lines and whatever it is read as', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(cell, { minLength: 1, maxLength: 25 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.constantFrom('line' as const, 'column' as const),
      fc.constantFrom(...(Object.keys(encodings) as (keyof typeof encodings)[])),
      fc.record({ documents: fc.integer({ min: 1, max: 6 }), bytes: fc.integer({ min: 4, max: 40 }) }),
      async (cells, end, unit, encoding, limits) => {
        const text = unit === 'line' ? cells.join(end) : ['text', ...cells.map((c) => `${c}`)].join(end);
        const bytes = new Uint8Array(encodings[encoding](text));
        const { spans, documents } = await measureLines([bytes.subarray(0, 3), bytes.subarray(3)], unit, limits);
        const found: string[] = [];
        for (const span of spans.length > 0 ? spans : [undefined])
          found.push(...(await documentsOf(bytes, unit, span)));
        const whole = await documentsOf(bytes, unit);
        expect(found).toEqual(whole);
        // An empty file has no document, and one refusal.
        expect(documents).toBeGreaterThanOrEqual(unit === 'line' && bytes.length > 0 ? whole.length : 0);
      },
    ),
    { numRuns: 300 },
  );
});

test('a span has as many documents and bytes as allowed, or one line', async () => {
  const text = `${'ab\n'.repeat(1000)}${'a longer line of text\n'.repeat(100)}`;
  const { spans, documents } = await measureLines([Buffer.from(text)], 'line', { documents: 300, bytes: 500 });
  expect(documents).toBe(1100);
  expect(spans[0]).toEqual({ first: 1, count: 166 });
  expect(spans.at(-1)?.count).toBeNull();
  for (const span of spans) {
    const own = await documentsOf(Buffer.from(text), 'line', span);
    expect(own.length).toBeLessThanOrEqual(300);
    expect(own.join('').length - 5 * own.length).toBeLessThanOrEqual(500);
  }
});

test('form feeds and returns count as ends of documents, and a file within the limits is not cut', async () => {
  const { documents, spans } = await measureLines([Buffer.from('a\fb\fc\rd\r\ne\n')], 'line', { documents: 5 });
  expect({ documents, spans }).toEqual({ documents: 5, spans: [] });
});
