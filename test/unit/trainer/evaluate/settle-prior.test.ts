// Which prior a trained model draws from, by what its learner and the judges say.
import { expect, test } from 'vitest';
import type { LatentMixture } from '#core/model/latent-mixture.ts';
import type { Prior, PriorMetrics } from '#core/model/messages/latent-facts.ts';
import type { Learner } from '../../../../containers/trainer/learn/learner.ts';
import { settlePrior } from '../../../../containers/trainer/learn/settle-prior.ts';

const MIXTURE: LatentMixture = {
  schemaVersion: 1,
  latentDim: 1,
  covariance: 'diagonal',
  components: [{ weight: 1, label: null, mean: [0], factor: [1] }],
};
const SPLIT = { items: 0, size: 0, bytes: new Uint8Array(0), labels: new Int32Array(0), classes: 0 };
const calm = async () => undefined;

/** Bounds in nats, the same for every item but for a little; KID of what each prior draws. */
function settled(bounds: Partial<Record<Prior, number>>, kids: Partial<Record<Prior, number>>, asked: Prior | 'auto') {
  const drawnFrom: Prior[] = [];
  let isTuned = false;
  const entries = Object.entries(bounds) as [Prior, number][];
  const learner = {
    tuneFlow: async () => {
      isTuned = true;
      return { steps: 10, untuned: 20, tuned: 19 };
    },
    drawFrom: (prior: Prior) => void drawnFrom.push(prior),
    describeLatents: () => ({
      // What is compared is the flow as it has gone on alone.
      isTuned: isTuned || expect.fail('described before the flow was tuned'),
      facts: { activeUnits: 1, alarm: null, mixture: null },
      mixture: MIXTURE,
      bounds: new Map(entries.map(([prior, nats]) => [prior, Float64Array.of(nats, nats + 0.1, nats - 0.1)] as const)),
      trained: new Map(entries.map(([prior, nats]) => [prior, nats - 2] as const)),
      quantiles: (prior: Prior) => [bounds[prior] as number],
    }),
  } as unknown as Learner;
  const judges = {
    async draws(): Promise<PriorMetrics['figures']> {
      const value = kids[drawnFrom.at(-1) as Prior] ?? 0.1;
      return [{ name: 'kid', better: 'lower', value, interval: { low: value - 0.01, high: value + 0.01 } }];
    },
  };
  const data = { train: SPLIT, validation: SPLIT };
  const answer = settlePrior({ learner, data, judges, asked, yieldToEventLoop: calm });
  return answer.then((result) => ({ ...result, drawnFrom }));
}

test('auto takes the flow where bound and draws agree, and the decoder then needs no mixture', async () => {
  const { prior, mixture, facts, drawnFrom } = await settled({ normal: 120, mixture: 102, flow: 100 }, {}, 'auto');
  expect([prior, mixture, drawnFrom.at(-1)]).toEqual(['flow', null, 'flow']);
  expect(facts).toMatchObject({ prior: 'flow', mixture: null, densityQuantiles: [100], flowTuning: { steps: 10 } });
  expect(facts?.priors?.map((one) => [one.prior, one.heldOut.nats, one.trained])).toEqual([
    ['normal', expect.closeTo(120), 118],
    ['mixture', expect.closeTo(102), 100],
    ['flow', expect.closeTo(100), 98],
  ]);
});

test('a normal prior that only looks better in some figure is not drawn from where a flow was trained', async () => {
  const kids = { normal: 0.01, mixture: 0.1, flow: 0.1 };
  const { prior } = await settled({ normal: 160, mixture: 102, flow: 100 }, kids, 'auto');
  expect(prior).toBe('flow');
});

test.each([
  ['that learned its codes by heart', { normal: 120, mixture: 102, flow: 104 }, {}],
  ['whose draws are worse', { normal: 120, mixture: 102, flow: 100 }, { flow: 0.2 }],
])('auto leaves out a flow %s, and the model draws from the mixture', async (_which, bounds, kids) => {
  const { prior, mixture, facts, drawnFrom } = await settled(bounds, kids, 'auto');
  expect([prior, mixture, drawnFrom.at(-1)]).toEqual(['mixture', MIXTURE, 'mixture']);
  expect(facts?.reason).toContain('the flow prior is left out for the mixture prior');
});

test('what is asked for is taken, whatever is better', async () => {
  const bounds = { normal: 120, mixture: 102, flow: 104 };
  expect((await settled(bounds, {}, 'flow')).prior).toBe('flow');
  expect((await settled(bounds, {}, 'normal')).prior).toBe('normal');
  expect((await settled({ normal: 120, mixture: 102 }, {}, 'auto')).prior).toBe('mixture');
});
