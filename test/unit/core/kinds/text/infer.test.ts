import { expect, test } from 'vitest';
import { inferText } from '#core/kinds/text/infer.ts';

const sample = (text: string | Uint8Array) => ({
  path: 'a.txt',
  start: typeof text === 'string' ? new TextEncoder().encode(text) : text,
});

test('short lines are documents; no length that was only seen is a limit', () => {
  const names = Array.from({ length: 300 }, (_, i) => 'x'.repeat(2 + (i % 14))).join('\n');
  expect(inferText([sample(names)])).toMatchObject({ unit: 'line', maxLength: 1_000_000 });
  const sentences = Array.from({ length: 50 }, (_, i) => `A sentence of some length, number ${i}, and no more of it.`);
  expect(inferText([sample(sentences.join('\r\n'))])).toMatchObject({ unit: 'line', maxLength: 1_000_000 });
});

test('files of prose are documents themselves', () => {
  const prose = 'word '.repeat(200);
  expect(inferText([sample(prose), sample(`${prose}\n\n${prose}`)])).toMatchObject({
    unit: 'file',
    maxLength: 1_000_000,
  });
  expect(inferText([sample('one\ntwo')])).toMatchObject({ unit: 'file' });
});

test('records with a column of text', () => {
  expect(inferText([sample('{"id":1,"text":"a"}\n{"id":2,"te')])).toMatchObject({ unit: 'column', column: 'text' });
});

test('UTF-16 and a cut last character do no harm', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `näme ${i}`).join('\n');
  expect(inferText([sample(new Uint8Array(Buffer.from(`\ufeff${lines}`, 'utf16le')))])).toMatchObject({ unit: 'line' });
  const cut = new TextEncoder().encode(`${lines}é`);
  expect(inferText([sample(cut.subarray(0, -1))])).toMatchObject({ unit: 'line', maxLength: 1_000_000 });
  expect(inferText([])).toMatchObject({ unit: 'file' });
});

test.each([
  ['notes.md', '# Title\n\nSome text.\n\n- one\n- two\n\nMore text.\n'],
  ['letter.txt', 'Dear Anna,\n\nthe boat leaves at noon.\nBring bread.\n\nYours\nBea\n'],
  [
    'wrapped.txt',
    'This is a longer sentence that was broken at\nthe width of a page, as mails and books are, so\nthat its lines belong together and none of them\nis a document of its own, which nobody would say\nof a list of names or of other short things here.\nthe end',
  ],
])('%s is a document, not a list of lines', (path, text) => {
  expect(inferText([{ ...sample(text), path }])).toMatchObject({ unit: 'file' });
});

test('each line of a log is a document', () => {
  const line = (i: number) => `2024-01-01 10:00:0${i} INFO request ${i} took ${i * 3} ms`;
  const start = new TextEncoder().encode(Array.from({ length: 9 }, (_, i) => line(i)).join('\n'));
  expect(inferText([{ path: 'app.log', start }])).toMatchObject({ unit: 'line' });
  const long = Array.from({ length: 9 }, (_, i) => `http ${line(i)} ${'x'.repeat(300)}`).join('\n');
  expect(inferText([{ path: 'elb.log', start: new TextEncoder().encode(long) }])).toMatchObject({ unit: 'line' });
});
