import { expect, test } from 'vitest';
import { TrainConfig } from '#core/kinds/train-config.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import type { RunOutcome } from '#core/model/messages/run.ts';
import { decidePromotion } from '#core/model/promotion/promotion.ts';

function cardOf(modelId: string, bits: number, kl: number): ModelCard {
  const figure = { name: 'bits', better: 'lower', model: bits, real: null, kneserNey: 2.9, shuffled: null } as const;
  return {
    ...{ schemaVersion: 2, modelId, runId: `run-${modelId}`, dataset: 'names', snapshotId: 'snapshot', family: 'vae' },
    input: { kind: 'text', unit: 'character', symbols: 26, maxLength: 15 },
    ...{
      latentDim: 16,
      labels: [],
      trainItems: 100,
      train: TrainConfig.parse({}),
      latent: null,
      license: null,
      files: {},
    },
    metrics: {
      ...{ items: 100, selection: 'bitsPerSymbol', figures: { bitsPerSymbol: bits, bits } },
      text: {
        ...{ n: 100, drawn: 100, figures: [figure] },
        bound: { k: 100, texts: 100, charactersPerText: 7 },
        kneserNey: { order: 5, texts: 100 },
        latent: { kl, free: 3.2, activeUnits: kl < 0.5 ? 0 : 16, latentDim: 16 },
      },
    },
  };
}
const decide = (card: ModelCard, current: ModelCard, force = false) =>
  decidePromotion({ card, current, force, outcome: { modelId: card.modelId, runId: card.runId } as RunOutcome });

test('a model whose latent space is not used does not replace one whose is, however few its bits', () => {
  const [used, collapsed] = [cardOf('used', 2.95, 6), cardOf('collapsed', 2.9, 0.01)];
  expect(decide(collapsed, used)).toMatchObject({ promote: false, reason: expect.stringContaining('not used') });
  expect(decide(collapsed, used, true)).toMatchObject({ promote: true });
  expect(decide(used, collapsed)).toMatchObject({
    promote: false,
    reason: expect.stringContaining('bits a symbol'),
  });
  expect(decide(collapsed, cardOf('also', 2.95, 0.01))).toMatchObject({ promote: true });
  expect(decide(cardOf('better', 2.93, 6), used)).toMatchObject({ promote: true });
});
