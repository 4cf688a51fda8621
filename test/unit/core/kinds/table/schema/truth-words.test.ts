// The words for true and false that a column is written in.
import { expect, test } from 'vitest';
import type { ColumnProfile } from '#core/kinds/table/schema/column-profile.ts';
import { inferTableSchema } from '#core/kinds/table/schema/infer.ts';
import { notesOf } from '#core/kinds/table/schema/notes.ts';
import { TableSchema } from '#core/kinds/table/schema/schema.ts';

/** Counts of which the type of truth values needs no other. */
const FACTS = { name: 'smoker', rows: 1000, values: 1000, distinct: 2, booleans: 1000, nullWords: [], words: [] };

test('a column of truth values keeps the words that it is written in', () => {
  const typed = (truthWords: string, top: [string, number][]) => {
    const facts = { ...FACTS, shapes: 2, shape: null, truthWords, top } as unknown as ColumnProfile;
    return inferTableSchema({ columns: [facts] }).columns[0];
  };
  const mixed: [string, number][] = [
    ['No', 700],
    ['Yes', 290],
    ['no', 10],
  ];
  expect(typed('no,yes', mixed)).toMatchObject({ type: 'boolean', trueWord: 'Yes', falseWord: 'No' });
  const plain = typed('false,true', [
    ['true', 600],
    ['false', 400],
  ]);
  expect([plain?.type, plain?.trueWord, plain?.falseWord]).toEqual(['boolean', undefined, undefined]);
});

test('another word, or a word in a column of another type, is refused', () => {
  const isAllowed = (type: string, trueWord: string) =>
    TableSchema.safeParse({ version: 1, columns: [{ name: 'a', type, trueWord }] }).success;
  expect([isAllowed('boolean', 'Y'), isAllowed('boolean', 'Perhaps'), isAllowed('integer', 'Yes')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('a column of words for true and false that is kept as words says why', () => {
  const noteOf = (values: number, booleans: number, top: [string, number][]) => {
    const facts = {
      ...FACTS,
      values,
      booleans,
      top,
      truthWords: null,
      shapes: 9,
      shape: null,
    } as unknown as ColumnProfile;
    return notesOf(
      { ...facts, numbers: 0, integers: 0, days: 0, times: 0, formats: [], timeFormats: [], undated: [] },
      { type: 'category' },
    ).notes;
  };
  expect(noteOf(24, 24, [['NO', 24]])).toEqual([
    'kept as words: only "NO" occurs, and a column of true and false needs both words',
  ]);
  expect(
    noteOf(30, 27, [
      ['NO', 27],
      ['SE', 2],
      ['DK', 1],
    ]),
  ).toEqual(['kept as words: 90 % of the values stand for true or false ("NO"); others: "SE", "DK"']);
  expect(
    noteOf(20, 20, [
      ['yes', 12],
      ['false', 8],
    ]),
  ).toEqual(['kept as words: "yes", "false" are not the two words of one pair, such as yes and no']);
});
