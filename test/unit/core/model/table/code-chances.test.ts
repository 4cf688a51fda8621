import { expect, test } from 'vitest';
import { BLOCK_ROWS } from '#core/kinds/table/codec/code-rows.ts';
import type { SubColumn } from '#core/kinds/table/codec/codec.ts';
import { codeChances } from '#core/model/table/code-chances.ts';

/** Two sub-columns of two codes: the first has code 1 in 0.3 of the rows, the second equals it in 0.9. */
const SUB_COLUMNS = [0, 1].map((column) => ({
  column,
  field: 0,
  part: 0,
  offset: 2 * column,
  codes: 2,
})) as SubColumn[];
const FIRST = [0.7, 0.3] as const;
const SAME = 0.9;
const known = (second: number) => {
  const allowed = new Float32Array(BLOCK_ROWS * 4);
  for (let row = 0; row < BLOCK_ROWS; row++) allowed.set([1, 1, 1 - second, second], row * 4);
  return allowed;
};
/** Rows of a model without a latent vector; the factor stands for one that draws differ by. */
const model = (factor: (draw: number) => number) => async (allowed: Float32Array, draw: number) => {
  const masses = new Float32Array(BLOCK_ROWS * 2);
  for (let row = 0; row < BLOCK_ROWS; row++) {
    const [zero, one, , second] = allowed.subarray(row * 4, row * 4 + 4) as unknown as [number, number, number, number];
    const first = one > zero ? 1 : 0;
    masses[row * 2] = FIRST[first];
    masses[row * 2 + 1] = factor(draw) * (first === second ? SAME : 1 - SAME);
  }
  return masses;
};

test('a column that is drawn first is predicted from those after it', async () => {
  const ask = (second: number, factor: (draw: number) => number) =>
    codeChances({ subColumns: SUB_COLUMNS, allowed: known(second), place: 0, code: 1, masses: model(factor) });
  const ofOne = (0.3 * 0.9) / (0.3 * 0.9 + 0.7 * 0.1);
  const ofZero = (0.3 * 0.1) / (0.3 * 0.1 + 0.7 * 0.9);
  expect((await ask(1, () => 1))[5]).toBeCloseTo(ofOne, 6);
  expect((await ask(0, () => 1))[BLOCK_ROWS - 1]).toBeCloseTo(ofZero, 6);
  // Latent vectors under which the row is improbable count less, and none of them makes the probability undefined.
  expect((await ask(1, (draw) => (draw === 0 ? 1 : 1e-30)))[0]).toBeCloseTo(ofOne, 6);
  expect((await ask(1, () => 0))[0]).toBeCloseTo(0.3, 6);
});
