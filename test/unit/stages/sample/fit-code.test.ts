// How many images fitting a code decodes: large ones end before the function does.
import { expect, test } from 'vitest';
import { fitCode } from '#stages/sample/repair/fit-code.ts';

const DIMENSIONS = 4;

/** A decoder that squares: a fit takes several steps. Counts the values that it returns. */
async function decodedValues(size: number): Promise<{ values: number; code: Float32Array }> {
  let values = 0;
  const decode = async (rows: readonly Float32Array[]) => {
    values += rows.length * size;
    return Float32Array.from({ length: rows.length * size }, (_, i) => {
      const row = rows[Math.floor(i / size)] as Float32Array;
      return 0.2 * (row[i % DIMENSIONS] as number) ** 2;
    });
  };
  const target = Float32Array.from({ length: size }, (_, i) => 0.2 * (0.5 + (i % DIMENSIONS)) ** 2);
  const prior = { mean: new Float64Array(DIMENSIONS), deviation: new Float64Array(DIMENSIONS).fill(3) };
  const start = new Float32Array(DIMENSIONS).fill(1);
  const code = await fitCode({ target, weight: new Float32Array(size).fill(1), start, prior, decode });
  return { values, code };
}

test('a code is found that explains the image', async () => {
  const { code } = await decodedValues(400);
  for (const [d, value] of code.entries()) expect(value).toBeCloseTo(0.5 + d, 1);
});

test('a large image takes one step', async () => {
  const size = 1_500_000;
  const { values } = await decodedValues(size);
  expect(values).toBeLessThanOrEqual((1 + DIMENSIONS + 4) * size);
});
