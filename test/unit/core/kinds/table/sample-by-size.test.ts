import { expect, test } from 'vitest';
import { sampleBySize } from '#core/kinds/table/sample-by-size.ts';

test('the one large file among many small ones is in the sample, wherever it stands', () => {
  const small = Array.from({ length: 146 }, () => 20);
  for (const at of [0, 77, 146]) {
    const sizes = [...small.slice(0, at), 9_000, ...small.slice(at)];
    const sample = sampleBySize(sizes, 12);
    expect(sample).toContain(at);
    expect(sample).toHaveLength(12);
    expect(new Set(sample).size).toBe(12);
    expect(sample).toEqual(sample.toSorted((a, b) => a - b));
    expect(Math.max(...sample)).toBeGreaterThan(100);
  }
});

test('few files are all in the sample', () => {
  expect(sampleBySize([3, 1, 2], 12)).toEqual([0, 1, 2]);
  expect(sampleBySize([], 12)).toEqual([]);
});
