import { expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { describeLatents } from '../../../../../containers/trainer/models/latent/describe-latents.ts';
import type { Codes } from '../../../../../containers/trainer/models/latent/prior-bounds.ts';

const [ITEMS, DIM] = [40, 2];
const zeros = (length: number) => new Float32Array(length);

function codes(): Codes {
  const code = normals(1, 'code', ITEMS * DIM);
  return {
    ...{ zMean: code, zLogVar: zeros(ITEMS * DIM), labels: new Int32Array(ITEMS), code },
    ...{ base: zeros(ITEMS * DIM), klByUnit: zeros(ITEMS * DIM) },
    ...{ reconstructionLoss: zeros(ITEMS), logPosterior: zeros(ITEMS), logWeight: zeros(ITEMS) },
    meanDensity: Float32Array.from({ length: ITEMS }, (_, item) => item),
  };
}

test('codes that differ by their class are in use, though the flow that is told the class maps them all to the middle', () => {
  const own = codes();
  const { facts, bounds, quantiles } = describeLatents({
    ...{ train: own, heldOut: own, classes: 1 },
    config: { latentDim: DIM, classes: 1 },
    settings: { seed: 1, prior: 'flow' },
    fitPrior: () => ({ facts: { activeUnits: 0, alarm: null, mixture: null }, mixture: null }),
  });
  expect(facts).toMatchObject({ activeUnits: DIM, alarm: null });
  expect([...bounds.keys()]).toEqual(['normal', 'flow']);
  expect(quantiles?.('flow').slice(0, 1)).toEqual([0]);
  expect(quantiles?.('flow').at(-1)).toBe(ITEMS - 1);
  expect(quantiles?.('normal').at(-1)).toBeLessThan(0);
});
