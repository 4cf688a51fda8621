import { expect, test } from 'vitest';
import { compilePattern } from '#core/base/regex.ts';
import { expectLinearTime } from '../../../fixtures/linear-time.ts';

test('a pattern matches whole texts', () => {
  const pattern = compilePattern('[A-Z][0-9]{2}');
  if (!pattern.ok) throw new Error(pattern.reason);
  expect(['A12', 'xA12', 'A123', ''].map(pattern.matches)).toEqual([true, false, false, false]);
});

test('a pattern that takes a backtracking engine exponential time is matched in linear time', () => {
  const pattern = compilePattern('(a+)+$');
  if (!pattern.ok) throw new Error(pattern.reason);
  expectLinearTime((size) => expect(pattern.matches(`${'a'.repeat(size)}!`)).toBe(false), 160_000);
});

test.each(['(?=a)', '(?<=a)b', '(?!a)', '(a)\\1', '(', '[z-a]', 'a{2000}', '(a{100}){100}', 'a'.repeat(501)])(
  'a pattern that is none, looks around or is too large is refused: %s',
  (source) => {
    expect(compilePattern(source)).toMatchObject({ ok: false });
  },
);
