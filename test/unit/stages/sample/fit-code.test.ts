// How many images fitting a code decodes: large ones end before the function does.
import { expect, test } from 'vitest';
import { fitCodes } from '#stages/sample/repair/fit-code.ts';

const DIMENSIONS = 4;
const SIZE = 400;
const WHOLE = new Float32Array(SIZE).fill(1);

/** A decoder that squares: a fit takes several steps. Counts the images of each call. */
async function fitted({ weights = [WHOLE], drawnValues = SIZE } = {}) {
  const rows: number[] = [];
  const decode = async (codes: readonly Float32Array[]) => {
    rows.push(codes.length);
    return Float32Array.from({ length: codes.length * SIZE }, (_, i) => {
      const row = codes[Math.floor(i / SIZE)] as Float32Array;
      return 0.2 * (1 + (row[i % DIMENSIONS] as number)) ** 2;
    });
  };
  const target = Float32Array.from({ length: SIZE }, (_, i) => 0.2 * (1.5 + (i % DIMENSIONS)) ** 2);
  const prior = { mean: new Float64Array(DIMENSIONS), deviation: new Float64Array(DIMENSIONS).fill(3) };
  const start = new Float32Array(DIMENSIONS).fill(1);
  const codes = await fitCodes({ target, weights, start, prior, decode, drawnValues });
  return { codes, rows };
}

function timesMeasured(rows: readonly number[]): number {
  return rows.filter((count) => count === DIMENSIONS).length;
}

test('a code is found that explains the image', async () => {
  const { codes } = await fitted();
  for (const [d, value] of (codes[0] as Float32Array).entries()) expect(value).toBeCloseTo(0.5 + d, 1);
});

test('the slopes of a large image are measured once', async () => {
  const { rows } = await fitted({ drawnValues: 1_500_000 });
  expect(timesMeasured(rows)).toBe(1);
  expect(rows.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(1 + DIMENSIONS + 20);
});

test('a code that knows more goes on from one that knows less, and the slopes are measured three times at most', async () => {
  const isHidden = (at: number) => at % DIMENSIONS === 3;
  const less = Float32Array.from({ length: SIZE }, (_, at) => Number(!isHidden(at)));
  const { codes, rows } = await fitted({ weights: [less, WHOLE] });
  expect(timesMeasured(rows)).toBeLessThanOrEqual(3);
  // Nothing tells of the last number at first: it stays near the mean of the prior, 0.
  expect(Math.abs(codes[0]?.[3] ?? 9)).toBeLessThan(1);
  for (const [d, value] of (codes[1] as Float32Array).entries()) expect(value).toBeCloseTo(0.5 + d, 1);
});
