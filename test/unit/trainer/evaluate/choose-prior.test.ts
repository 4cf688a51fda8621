import { expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import type { PriorMetrics } from '#core/model/messages/latent-facts.ts';
import {
  choosePrior,
  type PriorCandidate,
  priorMetrics,
} from '../../../../containers/trainer/evaluate/shared/choose-prior.ts';
import { proportionInterval } from '../../../../containers/trainer/evaluate/shared/proportion.ts';

const ITEMS = 400;
const spread = normals(1, 'bounds', ITEMS);
const noise = normals(1, 'noise', ITEMS);

function candidate(prior: PriorCandidate['prior'], nats: number, kid = 0.01, recall = 0.8): PriorCandidate {
  const interval = (value: number, half: number) => ({ low: value - half, high: value + half });
  const figures: PriorMetrics['figures'] = [
    { name: 'kid', better: 'lower', value: kid, interval: interval(kid, 0.003) },
    { name: 'recall', better: 'higher', value: recall, interval: interval(recall, 0.03) },
  ];
  // Items differ far more than priors do: only paired differences can tell.
  const bounds = Float64Array.from(
    spread,
    (value, item) => nats + 20 * value + 0.5 * (noise[item] as number) * (nats % 1),
  );
  return { prior, bounds, trained: nats - 2, figures };
}

test('the prior of the lowest bound wins where its draws are no worse', () => {
  const chosen = choosePrior([candidate('normal', 96), candidate('mixture', 94), candidate('flow', 92)]);
  expect(chosen.prior).toBe('flow');
  expect(chosen.reason).toContain('the flow prior lowers the held-out bound of the mixture prior by 2.00 nats');
});

test.each([
  ['draws are worse in KID', candidate('flow', 92, 0.03), 'its draws are worse: KID 0.03000 against 0.01000'],
  ['draws miss kinds of items', candidate('flow', 92, 0.01, 0.5), 'its draws are worse: recall 0.500 against 0.800'],
  ['bound is no better than chance', candidate('flow', 94.01), 'it lowers the held-out bound by'],
  ['codes were memorised', candidate('flow', 99), 'it lowers the held-out bound by -5.00 nats'],
])('a flow whose %s is left out, and the reason says so', (_what, flow, why) => {
  const chosen = choosePrior([candidate('normal', 96), candidate('mixture', 94), flow]);
  expect(chosen.prior).toBe('mixture');
  expect(chosen.reason).toContain('the flow prior is left out for the mixture prior');
  expect(chosen.reason).toContain(why);
});

test('draws that are all alike are not kept for their other figures where KID is better beyond chance', () => {
  const alike = candidate('normal', 160, 0.4, 0.98);
  expect(choosePrior([alike, candidate('mixture', 101, 0.07, 0.66)]).prior).toBe('mixture');
});

test('one candidate is chosen, none is an error, and a single held-out item decides nothing', () => {
  expect(choosePrior([candidate('normal', 96)]).prior).toBe('normal');
  expect(() => choosePrior([])).toThrow('no prior');
  const single = (prior: PriorCandidate['prior'], nats: number) => ({
    ...candidate(prior, nats),
    bounds: Float64Array.of(nats),
  });
  expect(choosePrior([single('normal', 96), single('flow', 50)]).prior).toBe('normal');
});

test('the card shows the bound with its interval and what training items have', () => {
  const { heldOut, trained, prior } = priorMetrics(candidate('flow', 92));
  expect([prior, trained]).toEqual(['flow', 90]);
  expect(heldOut.low).toBeLessThan(heldOut.nats);
  expect(heldOut.high - heldOut.low).toBeCloseTo((2 * 1.96 * 20) / Math.sqrt(ITEMS), 0);
});

test.each([
  [0.5, 100, 0.404, 0.596],
  [1, 10, 0.722, 1],
  [0, 10, 0, 0.278],
])('a share of %f among %i lies between %f and %f', (share, count, low, high) => {
  const interval = proportionInterval(share, count);
  expect(interval.low).toBeCloseTo(low, 3);
  expect(interval.high).toBeCloseTo(high, 3);
});
