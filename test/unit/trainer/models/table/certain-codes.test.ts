// Logits far apart: a column that follows from another one in nearly every row.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BLOCK_ROWS } from '#core/kinds/table/codec/code-rows.ts';
import { restrict } from '#core/kinds/table/codec/restrict.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { resolveTableTrain } from '#core/model/resolve-table-train.ts';
import { tableFamilyOf } from '../../../../../containers/trainer/models/table/table-families.ts';
import { knownTable } from './known-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'goldpan-certain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FAR = 1e3;

test('codes without a probability in single precision are scored, exported and drawn when they are asked for', async () => {
  const { layout, logShares, train: items, test: held, codec } = knownTable(400);
  const train = resolveTableTrain(TrainConfig.parse({ latentDim: 2, batchSize: 200 }), items.items);
  const family = tableFamilyOf('vae');
  const learner = family.openLearner({
    ...{ train, layout, rows: items.items, trainCodes: items.bytes, batchSize: 200, towers: 1, rateScale: 1 },
    ...{ logShares, stepsPerEpoch: 2 },
  });
  const weights = new Map(learner.weights());
  const bias = weights.get('decoder/logits/bias');
  if (!bias) throw new Error('it has a bias');
  // The first code of every sub-column is certain.
  const values = Float32Array.from(bias.values, (_, code) =>
    layout.subColumns.some(({ offset }) => offset === code) ? FAR : -FAR,
  );
  weights.set('decoder/logits/bias', { shape: bias.shape, values });
  learner.use(weights, 0);
  const { reconstructionLoss } = await learner.score(held, async () => undefined);
  expect(reconstructionLoss).toBeGreaterThan(FAR);
  expect(Number.isFinite(reconstructionLoss)).toBe(true);

  await family.exportFiles({ weights, layout, train, folder, trainCodes: items.bytes });
  learner.dispose();
  const sampler = await family.openSampler({ folder, layout, train });
  const free = restrict(codec, []);
  if (!free.ok) throw new Error(free.reason);
  const width = layout.subColumns.length;
  const codes = new Uint8Array(BLOCK_ROWS * width).fill(1);
  const known = new Uint8Array(BLOCK_ROWS * width).fill(1);
  const { allowed } = free.value;
  const made = await sampler.complete({ seed: 1, block: 0, allowed, codes, known });
  await sampler.close();
  expect([...made]).toEqual([...codes]);
});
