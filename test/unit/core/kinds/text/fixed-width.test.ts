import { expect, test } from 'vitest';
import { fixedWidthColumns } from '#core/kinds/text/records/fixed-width.ts';

const rows = (line: (i: number) => string) => `${Array.from({ length: 40 }, (_, i) => line(i)).join('\n')}\n`;

test('rows whose columns begin or end at fixed places are told', () => {
  const sales = rows(
    (i) => `${['north', 'east'][i % 2]?.padEnd(12)}${String(i).padStart(6)}  ${(i * 3.7).toFixed(2).padStart(8)}`,
  );
  expect(fixedWidthColumns(sales)).toBe(3);
});

test('texts are not: prose, words and their meanings, lines of songs, code, few lines', () => {
  expect(fixedWidthColumns(rows((i) => `The ${i ** 3} ships carry ${i} bales.`))).toBeUndefined();
  expect(fixedWidthColumns(rows((i) => `${'word'.repeat(1 + (i % 4))}  its meaning ${i}`))).toBeUndefined();
  expect(fixedWidthColumns(rows((i) => `${'  '.repeat(i % 3)}return value[${i}];`))).toBeUndefined();
  expect(fixedWidthColumns(rows((i) => `Sentence ${i} ends.  ${'Another'.repeat(i % 5)} begins.`))).toBeUndefined();
  expect(fixedWidthColumns('a   1\nb   2\nc   3\n')).toBeUndefined();
});
