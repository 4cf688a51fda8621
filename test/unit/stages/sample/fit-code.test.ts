// How many images fitting a code decodes: large ones end before the function does.
import { expect, test } from 'vitest';
import { fitCodes } from '#stages/sample/repair/fit-code.ts';

const DIMENSIONS = 4;

/** A decoder that squares: a fit takes several steps. Counts the images of each call. */
async function decodedValues(size: number, weights = [new Float32Array(size).fill(1)]) {
  const rows: number[] = [];
  const decode = async (codes: readonly Float32Array[]) => {
    rows.push(codes.length);
    return Float32Array.from({ length: codes.length * size }, (_, i) => {
      const row = codes[Math.floor(i / size)] as Float32Array;
      return 0.2 * (1 + (row[i % DIMENSIONS] as number)) ** 2;
    });
  };
  const target = Float32Array.from({ length: size }, (_, i) => 0.2 * (1.5 + (i % DIMENSIONS)) ** 2);
  const prior = { mean: new Float64Array(DIMENSIONS), deviation: new Float64Array(DIMENSIONS).fill(3) };
  const start = new Float32Array(DIMENSIONS).fill(1);
  const codes = await fitCodes({ target, weights, start, prior, decode });
  return {
    codes,
    code: codes.at(-1) as Float32Array,
    rows,
    values: rows.reduce((sum, count) => sum + count, 0) * size,
  };
}

test('a code is found that explains the image', async () => {
  const { code } = await decodedValues(400);
  for (const [d, value] of code.entries()) expect(value).toBeCloseTo(0.5 + d, 1);
});

test('the slopes of a large image are measured once', async () => {
  const size = 1_500_000;
  const { values, rows } = await decodedValues(size);
  expect(rows.filter((count) => count === DIMENSIONS)).toHaveLength(1);
  expect(values).toBeLessThanOrEqual((1 + DIMENSIONS + 20) * size);
});

test('a code that knows more goes on from one that knows less, and the slopes are measured three times at most', async () => {
  const size = 400;
  const isHidden = (at: number) => at % DIMENSIONS === 3;
  const less = Float32Array.from({ length: size }, (_, at) => Number(!isHidden(at)));
  const { codes, rows } = await decodedValues(size, [less, new Float32Array(size).fill(1)]);
  expect(rows.filter((count) => count === DIMENSIONS).length).toBeLessThanOrEqual(3);
  // Nothing tells of the last number at first: it stays near the mean of the prior, 0.
  expect(Math.abs(codes[0]?.[3] ?? 9)).toBeLessThan(1);
  for (const [d, value] of (codes[1] as Float32Array).entries()) expect(value).toBeCloseTo(0.5 + d, 1);
});
