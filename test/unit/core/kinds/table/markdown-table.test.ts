import { expect, test } from 'vitest';
import { isRule } from '#core/kinds/table/layout/record-shapes.ts';
import { looksLikeTable } from '#core/kinds/table/looks-like-table.ts';

const BAR = 0x7c;
const TABLE = '| a | b |\n|---|:-:|\n| 0 | 1 |\n| 1 | 2 |\n';

test.each([
  [true, 'a table alone', TABLE],
  [false, 'a table among prose', `# Notes\n\n${TABLE}\nText after it.\n`],
  [false, 'bars without a line of dashes', '| a | b |\n| 0 | 1 |\n| 1 | 2 |\n'],
])('%s: a file of Markdown is a table: %s', (isTable, _, content) => {
  expect(looksLikeTable(Buffer.from(content), 'notes.md')).toBe(isTable);
});

test.each([
  [true, '|---|:-:|'],
  [true, '| --- | --- |\r'],
  [false, '| - | 1 |'],
  [false, '| | |'],
])('%s: %j is the line below the names', (expected, line) => {
  expect(isRule(Buffer.from(line), BAR)).toBe(expected);
  expect(isRule(Buffer.from(line), 0x3b)).toBe(false);
});
