import { expect, test } from 'vitest';
import { listQuarantine } from '#client/datasets/quarantine/list-quarantine.ts';
import { status } from '#client/datasets/status.ts';
import { closestName, didYouMean } from '#client/did-you-mean.ts';
import { drawSamples } from '#client/drawing/draw.ts';
import { listModels, showModel } from '#client/models/models.ts';
import { promoteModel } from '#client/models/promote.ts';
import { servingModelId } from '#client/models/serving-model.ts';
import { fitDataset } from '#client/training/fit.ts';
import { listRuns, newestRunId, showRun } from '#client/training/runs.ts';
import { trainOverrides } from '#client/training/settings/fit-settings.ts';
import { put } from '#client/upload/put.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { storeModel } from '../../fixtures/stored-model.ts';
import { folderOf } from './folder.ts';
import { type MemoryDeployment, memoryDeployment } from './memory-deployment.ts';
import { DATASET, outcomeOf, RUN_ID, writeOutcome } from './run-records.ts';

const NEAR = 'digts';

async function withModel(answer?: unknown): Promise<MemoryDeployment> {
  const deployment = memoryDeployment({ answer });
  const folder = folderOf({ '1.png': await greyPng() });
  await put(deployment.context, [folder], { dataset: DATASET, show: 5, timeoutMs: 60_000 });
  const card = await storeModel(deployment.data, { dataset: DATASET, modelId: 'vae-0a1b2c' });
  await writeJson(deployment.data, keys.modelCard(DATASET, card.modelId), { ...card, labels: ['cat', 'dog'] });
  await writeJson(deployment.data, keys.runOutcome(DATASET, card.runId), outcomeOf({ runId: card.runId }));
  await writeOutcome(deployment.data);
  return deployment;
}

test('a name that is close is suggested, one that is not is not', () => {
  expect(closestName('image.blury', ['image.blurry', 'image.corrupt'])).toBe('image.blurry');
  expect(didYouMean('Birds', ['birds', 'bird-songs'])).toBe('Did you mean birds?');
  expect(didYouMean('sounds', ['cats-dogs', 'mnist'])).toBeUndefined();
  expect(didYouMean('pest', ['mnist', 'pets'])).toBe('Did you mean pets?');
  expect(didYouMean('pets', ['pet', 'pets'])).toBeUndefined();
  expect(didYouMean('x', [])).toBeUndefined();
});

test('a misspelt dataset is suggested by every command that needs one', async () => {
  const { context } = await withModel();
  const fit = { set: [], wait: true, force: false };
  for (const call of [
    () => status(context, NEAR, { show: 5 }),
    () => listQuarantine(context, NEAR, { show: 5, rules: [] }),
    () => listModels(context, NEAR),
    () => listRuns(context, NEAR),
    () => fitDataset(context, NEAR, fit),
  ])
    await expect(call()).rejects.toMatchObject({ next: 'Did you mean digits?' });
});

test('a misspelt model or run is suggested', async () => {
  const { context } = await withModel();
  const next = 'Did you mean vae-0a1b2c?';
  await expect(showModel(context, DATASET, 'vae-0a1b2d')).rejects.toMatchObject({ next });
  await expect(promoteModel(context, DATASET, 'vae-0a1b', { force: false })).rejects.toMatchObject({ next });
  await expect(
    fitDataset(context, DATASET, { set: [], wait: true, force: false, from: 'vae0a1b2c' }),
  ).rejects.toMatchObject({ next });
  await expect(showRun(context, DATASET, `${RUN_ID.slice(0, -1)}x`, { follow: false })).rejects.toMatchObject({
    next: `Did you mean ${RUN_ID}?`,
  });
});

test('without an id the newest run and the model that serves are meant; without any, the next step is named', async () => {
  const { context } = await withModel();
  expect(await newestRunId(context, DATASET)).toBe((await listRuns(context, DATASET)).runs[0]?.runId);
  expect(await servingModelId(context, DATASET)).toBe('vae-0a1b2c');
  await expect(newestRunId(context, NEAR)).rejects.toMatchObject({ next: 'Did you mean digits?' });
  const untrained = memoryDeployment();
  await put(untrained.context, [folderOf({ '1.png': await greyPng() })], {
    dataset: DATASET,
    show: 5,
    timeoutMs: 60_000,
  });
  for (const call of [newestRunId, servingModelId])
    await expect(call(untrained.context, DATASET)).rejects.toMatchObject({
      next: expect.stringContaining('goldpan fit digits'),
    });
  await storeModel(untrained.data, { dataset: DATASET, modelId: 'vae-0a1b2c', current: false });
  await expect(servingModelId(untrained.context, DATASET)).rejects.toMatchObject({
    next: expect.stringContaining('goldpan models promote digits vae-0a1b2c --force'),
  });
});

test('the id of a run in place of a model, and the other way round, is told as what it is', async () => {
  const { context } = await withModel();
  await expect(showRun(context, DATASET, 'vae-0a1b2c', { follow: false })).rejects.toMatchObject({
    message: expect.stringContaining('is a model of digits'),
    next: expect.stringMatching(/^goldpan runs show digits /),
  });
  await expect(showModel(context, DATASET, RUN_ID)).rejects.toMatchObject({
    message: `${RUN_ID} is a run of digits; its model is model-1.`,
  });
});

test('a misspelt label is suggested when the endpoint refuses it', async () => {
  const problem = {
    type: 'about:blank',
    title: 'The label is unknown.',
    status: 400,
    detail: 'x',
    code: 'label.unknown',
  };
  const answer = { statusCode: 400, headers: {}, body: JSON.stringify(problem), isBase64Encoded: false };
  const { context } = await withModel(answer);
  const options = { out: 'x.png', count: 1, request: { label: 'cta' } };
  await expect(drawSamples(context, DATASET, 'sample', options)).rejects.toMatchObject({ next: 'Did you mean cat?' });
});

test('a misspelt setting is suggested, and a wrong value says what is allowed', () => {
  expect(() => trainOverrides({ set: ['epoch=3'] })).toThrow(/There is no setting epoch\./);
  try {
    trainOverrides({ set: ['epoch=3'] });
  } catch (error) {
    expect(error).toMatchObject({ next: 'Did you mean epochs?', exitCode: 2 });
  }
  expect(() => trainOverrides({ set: ['epochs=0'] })).toThrow('--set epochs=0: epochs must be at least 1.');
  expect(() => trainOverrides({ set: ['model=gam'] })).toThrow(
    '--set model=gam: model must be one of vae, gan, latent-class, pca-mixture.',
  );
  expect(() => trainOverrides({ set: ['epochs=many'] })).toThrow('--set epochs=many: epochs must be a number.');
});

test('a misspelt name in dataset.yaml is suggested, of a setting and of a rule', async () => {
  const { context } = memoryDeployment();
  const file = 'kind: image\nimage: { width: 12, hieght: 12 }\nrules: { image.blury: { action: reject } }\n';
  const failed = put(context, [folderOf({ 'dataset.yaml': file })], { dataset: DATASET, show: 5, timeoutMs: 60_000 });
  await expect(failed).rejects.toThrow(/Did you mean height\?[\s\S]*Did you mean image\.blurry\?/);
});
