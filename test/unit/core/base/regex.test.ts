import { expect, test } from 'vitest';
import { compilePattern } from '#core/base/regex.ts';

test('a pattern matches whole texts', () => {
  const pattern = compilePattern('[A-Z][0-9]{2}');
  if (!pattern.ok) throw new Error(pattern.reason);
  expect(['A12', 'xA12', 'A123', ''].map(pattern.matches)).toEqual([true, false, false, false]);
});

test('a pattern that makes other engines try for ages ends at once', () => {
  const pattern = compilePattern('(a+)+$');
  if (!pattern.ok) throw new Error(pattern.reason);
  const start = performance.now();
  expect(pattern.matches(`${'a'.repeat(20_000)}!`)).toBe(false);
  expect(performance.now() - start).toBeLessThan(1_000);
});

test.each(['(?=a)', '(?<=a)b', '(?!a)', '(a)\\1', '(', '[z-a]', 'a{2000}', '(a{100}){100}', 'a'.repeat(501)])(
  'a pattern that is none, looks around or is too large is refused: %s',
  (source) => {
    expect(compilePattern(source)).toMatchObject({ ok: false });
  },
);
