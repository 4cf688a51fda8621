import { beforeEach, expect, test } from 'vitest';
import { compareModels } from '#client/models/compare-models.ts';
import { CompareOutput, PromotionOutput } from '#client/models/output.ts';
import { promoteModel, rollBackModel } from '#client/models/promote.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { printComparison } from '../../../cli/print/models/compare-models.ts';
import { printPromotion } from '../../../cli/print/models/models.ts';
import { storeModel } from '../../fixtures/stored-model.ts';
import { IMAGES } from '../trainer/page/facts.ts';
import { type MemoryDeployment, memoryDeployment } from './memory-deployment.ts';
import { DATASET, outcomeOf } from './run-records.ts';

let deployment: MemoryDeployment;

beforeEach(() => {
  deployment = memoryDeployment();
});

async function made(modelId: string, negativeElbo: number, more: Partial<ModelCard> = {}, kid = 0.06): Promise<void> {
  const card = await storeModel(deployment.data, { dataset: DATASET, modelId, current: false });
  const images = {
    ...IMAGES,
    figures: IMAGES.figures.map((one) => (one.name === 'kid' ? { ...one, model: kid } : one)),
  };
  const metrics = { items: 100, selection: 'negativeElbo', figures: { negativeElbo, kid }, images };
  await writeJson(deployment.data, keys.modelCard(DATASET, modelId), { ...card, metrics, ...more });
  const outcome = outcomeOf({ runId: card.runId, modelId });
  await writeJson(deployment.data, keys.runOutcome(DATASET, card.runId), outcome);
}

test('models of one snapshot stand side by side with real images and the do-nothing model', async () => {
  await made('model-a', 101.3);
  await made('model-b', 115.2, {}, 0.2);
  await promoteModel(deployment.context, DATASET, 'model-a', { force: false });
  const answer = CompareOutput.parse(await compareModels(deployment.context, DATASET, []));
  expect(answer.models[0]).toMatchObject({ modelId: 'model-a', current: true });
  expect(answer.figures.find(({ name }) => name === 'kid')).toEqual({
    name: 'kid',
    better: 'lower',
    values: [0.06, 0.2],
    real: 0.0004,
    baseline: 0.92,
  });
  const text = printComparison(answer);
  expect(text).toContain('model-a *');
  expect(text).toMatch(/held-out ELBO +101\.30 nats +115\.20 nats/);
});

test('another snapshot is refused, other features are left out with a word', async () => {
  await made('model-a', 101.3);
  await made('model-b', 99, { snapshotId: 'other' });
  await expect(compareModels(deployment.context, DATASET, ['model-a', 'model-b'])).rejects.toThrow(/another snapshot/);
  const features = { ...IMAGES.features, sha256: 'b'.repeat(64) };
  const metrics = {
    items: 9,
    selection: 'negativeElbo',
    figures: { negativeElbo: 99, kid: 1 },
    images: { ...IMAGES, features },
  };
  await made('model-c', 99, { metrics });
  const answer = await compareModels(deployment.context, DATASET, ['model-a', 'model-c']);
  expect(answer.figures.find(({ name }) => name === 'kid')?.values).toEqual([0.06, null]);
  expect(answer.figures.find(({ name }) => name === 'negativeElbo')?.values).toEqual([101.3, 99]);
  expect(answer.notes).toHaveLength(1);
  await expect(compareModels(deployment.context, DATASET, ['model-x'])).rejects.toThrow(/no model model-x/);
});

test('a worse model is not promoted until it is forced, and a rollback brings the better one back', async () => {
  await made('model-a', 101.3);
  await made('model-b', 115.2);
  expect(await promoteModel(deployment.context, DATASET, 'model-a', { force: false })).toMatchObject({
    promoted: true,
  });
  const refused = PromotionOutput.parse(await promoteModel(deployment.context, DATASET, 'model-b', { force: false }));
  expect(refused).toMatchObject({ promoted: false, current: 'model-a' });
  expect(printPromotion(refused)).toMatch(/115\.20.*101\.30.*model-a serves\.\n.*--force/);
  const forced = await promoteModel(deployment.context, DATASET, 'model-b', { force: true });
  expect(forced).toMatchObject({ promoted: true, current: 'model-b', reason: expect.stringContaining('forced') });
  const back = await rollBackModel(deployment.context, DATASET, null);
  expect(back).toMatchObject({ promoted: true, modelId: 'model-a', current: 'model-a' });
  expect(printPromotion(back)).toContain('rolled back from model-b');
  expect(await rollBackModel(deployment.context, DATASET, 'model-z')).toMatchObject({ promoted: false });
});
