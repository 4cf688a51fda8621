import { expect, test } from 'vitest';
import { TrainConfig } from '#core/kinds/train-config.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import type { RunOutcome } from '#core/model/messages/run.ts';
import { decidePromotion } from '#core/model/promotion/promotion.ts';

function cardOf(modelId: string, figures: ModelCard['metrics']['figures']): ModelCard {
  return {
    ...{ schemaVersion: 2, modelId, runId: `run-${modelId}`, dataset: 'census', snapshotId: 'snapshot', family: 'vae' },
    input: { kind: 'table', columns: [], codes: 100, delimiter: ',', layout: { header: true, columns: [] } } as never,
    ...{ latentDim: 16, labels: [], trainItems: 3_000, train: TrainConfig.parse({}) },
    ...{ latent: null, license: null, files: {} },
    metrics: {
      ...{ items: 400, selection: 'negativeElbo', figures },
      table: {
        ...{ n: 400, drawn: 3_000, target: null, sdmetrics: '0.32.0', figures: [] },
        ...{ worstColumns: [], worstPairs: [], drawSeconds: 1 },
      },
    },
  };
}
const decide = (card: ModelCard, current: ModelCard) =>
  decidePromotion({
    ...{ card, current, force: false },
    outcome: { modelId: card.modelId, runId: card.runId } as RunOutcome,
  });

test('a GAN, which has no likelihood, does not replace a model whose rows are harder to tell from real ones', () => {
  const [gan, classes] = [cardOf('gan', { detection: 0.88 }), cardOf('classes', { detection: 0.53, nats: 22.2 })];
  expect(decide(gan, classes)).toMatchObject({
    promote: false,
    reason: expect.stringContaining('0.880, against 0.530'),
  });
  expect(decide(classes, gan)).toMatchObject({ promote: true });
});

test('between rows that are told apart equally well, the model that serves stays', () => {
  const [gan, vae] = [cardOf('gan', { detection: 0.53 }), cardOf('vae', { detection: 0.55, nats: 22.2 })];
  expect(decide(gan, vae)).toMatchObject({ promote: false, reason: expect.stringContaining('intervals overlap') });
});

test('two models with likelihoods are compared by them, however their rows are told apart', () => {
  const [one, other] = [cardOf('one', { detection: 0.6, nats: 22 }), cardOf('other', { detection: 0.5, nats: 23 })];
  expect(decide(one, other)).toMatchObject({ promote: true, reason: expect.stringContaining('held-out nats') });
});
