import { expect, test } from 'vitest';
import { count } from '#core/base/format.ts';

const VALUES = [0, 7, 999, 1000, -1000, 12_345, 999_999, 1_000_000, 2 ** 40, 1234.5, -1234.5678, 0.1, 1e-9, 999.9996];

test('amounts are grouped as the English locale groups them', () => {
  for (const value of VALUES) expect(count(value), String(value)).toBe(value.toLocaleString('en'));
});
