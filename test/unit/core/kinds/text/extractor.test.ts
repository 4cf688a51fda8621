// Documents are read in a process of their own, within limits; PDF gives its text layer.
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '#client/target.ts';
import { FORMATS } from '#core/kinds/formats/register.ts';
import { openExtractor } from '#core/kinds/text/extract/extractor.ts';
import { EXTRACT_PROCESS } from '../../../../fixtures/extractor.ts';
import { mutant, mutantCount } from '../../../../fixtures/mutants.ts';
import { pdfOf } from '../../../../fixtures/pdfs.ts';

const extractor = openExtractor(EXTRACT_PROCESS);
afterAll(() => extractor.close());
const read = (bytes: Uint8Array) => extractor.extract(bytes, FORMATS.pdf);

test('a PDF gives the lines of its pages', async () => {
  expect(await read(pdfOf(['First line\nsecond line', 'Next page']))).toEqual({
    ok: true,
    texts: ['First line\nsecond line\nNext page'],
  });
});

test('a scan is told so', async () => {
  expect(await read(pdfOf(['', '']))).toEqual({ ok: false, code: 'text.scan', given: '2 pages without text' });
});

test('bytes that are no PDF are refused; of a page tree that states too much, the pages that are there are read', async () => {
  for (const bytes of [Buffer.from('%PDF-1.7\nnothing'), pdfOf(['a']).subarray(0, 150)])
    expect(await read(bytes)).toMatchObject({ ok: false, code: 'text.broken-document' });
  expect(await read(pdfOf(['a'], { count: 2 ** 30 }))).toEqual({ ok: true, texts: ['a'] });
  expect((await read(pdfOf(['a'], { count: 50, kids: '2 0 R '.repeat(40) }))).ok).toBeTypeOf('boolean');
  expect(await read(pdfOf(['whole']))).toEqual({ ok: true, texts: ['whole'] });
});

test('each mutant of a PDF is read or refused, and the next one is read', async () => {
  const whole = pdfOf(['One line', 'Two (lines)', '']);
  for (let seed = 1; seed <= mutantCount(30); seed++) {
    const answer = await read(mutant(whole, seed));
    if (!answer.ok) expect(['text.broken-document', 'text.scan']).toContain(answer.code);
  }
  expect(await read(pdfOf(['whole']))).toEqual({ ok: true, texts: ['whole'] });
});

test('a page that unpacks to far more than it is costs itself only', async () => {
  const limited = openExtractor(EXTRACT_PROCESS, { timeoutMs: 2_000, memoryBytes: 500 * 2 ** 20 });
  const bomb = pdfOf(['a'], { content: deflateSync(Buffer.alloc(2 ** 27, 'q Q ')) });
  expect(bomb.length).toBeLessThan(2 ** 20);
  expect(await limited.extract(bomb, FORMATS.pdf)).toMatchObject({ ok: false, code: 'text.broken-document' });
  expect(await limited.extract(pdfOf(['whole']), FORMATS.pdf)).toEqual({ ok: true, texts: ['whole'] });
  limited.close();
});

test('a reader that ends, hangs or fills the memory costs its document; one that does not start is a fault of ours', async () => {
  const entry = join(ROOT, 'test', 'fixtures', 'dying-extractor.ts');
  const dying = openExtractor(entry, { timeoutMs: 300, memoryBytes: 500 * 2 ** 20 });
  const fate = (text: string) => dying.extract(Buffer.from(text), FORMATS.docx);
  expect(await fate('reads')).toEqual({ ok: true, texts: ['undefined'] });
  expect(await fate('crashes')).toMatchObject({ ok: false, given: 'bytes on which its reader crashes' });
  expect(await fate('hangs')).toMatchObject({ ok: false, given: 'reading takes more than 0.3 s of CPU time' });
  expect(await fate('fills the memory')).toMatchObject({ ok: false, code: 'text.broken-document' });
  await expect(fate('never begins')).rejects.toThrow('ended before it had begun');
  expect(await fate('reads')).toMatchObject({ ok: true });
  dying.close();
});
