import { expect, test } from 'vitest';
import { chrf } from '../../../../../containers/trainer/evaluate/pairs/chrf.ts';
import { nearestSource } from '../../../../../containers/trainer/evaluate/pairs/nearest-source.ts';
import { tokenErrorRate } from '../../../../../containers/trainer/evaluate/pairs/token-errors.ts';

/** CHRF().corpus_score of sacrebleu 2.5.1. */
test.each([
  [
    ['the cat sat', 'hundred twenty three', ''],
    [['the cat sat on the mat'], ['one hundred twenty-three'], ['nothing']],
    54.414095148563135,
  ],
  [
    ['Straße nach 東京', 'a'],
    [
      ['Strasse nach 東京', 'Straße von 東京'],
      ['abc', 'a b'],
    ],
    54.870158937242344,
  ],
  [['abc def ghi'], [['abc def ghi']], 100],
  [['x'], [['y']], 0],
])('chrF is that of sacrebleu: %j', (answers, references, score) => {
  expect(Math.abs(chrf(answers, references) - score)).toBeLessThan(1e-6);
});

test('token errors are edits of words, against the nearest reference', () => {
  expect(tokenErrorRate(['a b c', 'd e'], [['a x c d'], ['q', 'd e f']])).toBeCloseTo((2 + 1) / (4 + 3), 9);
  expect(tokenErrorRate(['one  two'], [['one two']])).toBe(0);
  expect(tokenErrorRate([''], [['one two']])).toBe(1);
});

test('the nearest source shares the most letters in a row', () => {
  const { find } = nearestSource(['goldsmith', 'frying pan', 'saucepan', 'penguin']);
  expect([find('goldpan'), find('sauce pan'), find('penguins')]).toEqual([0, 2, 3]);
  expect(nearestSource([]).find('a')).toBeUndefined();
});
