import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BLOCK_ROWS } from '#core/kinds/table/codec/code-rows.ts';
import { parseConditions } from '#core/kinds/table/codec/parse-conditions.ts';
import { restrict } from '#core/kinds/table/codec/restrict.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { resolveTableTrain } from '#core/model/resolve-table-train.ts';
import { completeRows } from '#core/model/table/complete-rows.ts';
import { drawRows } from '#core/model/table/draw-rows.ts';
import type { TableSampler } from '#core/model/table/table-sampler.ts';
import { fitModel } from '../../../../../containers/trainer/learn/fit.ts';
import type { Learner } from '../../../../../containers/trainer/learn/learner.ts';
import { tableFamilyOf } from '../../../../../containers/trainer/models/table/table-families.ts';
import { tableLayout } from '../../../../../containers/trainer/models/table/table-layout.ts';
import { decodeState, encodeState, START } from '../../../../../containers/trainer/state/checkpoint.ts';
import { ENTROPY, knownTable, NAMES } from './known-table.ts';

const table = knownTable();
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
const hooks = {
  yieldToEventLoop: async () => undefined,
  stepDone: () => undefined,
  checkpoint: async () => undefined,
  now: () => 0,
  memoryMiB: () => 0,
};
const settings = {
  vae: { model: 'vae', epochs: 12, latentDim: 4, batchSize: 200, learningRate: 4e-3 },
  gan: { model: 'gan', epochs: 60, latentDim: 8, batchSize: 200, learningRate: 1e-3 },
  'latent-class': { model: 'latent-class', epochs: 20, latentDim: 16, batchSize: 200 },
} as const;

function opened(model: keyof typeof settings, more: Partial<TrainConfig> = {}) {
  const train = resolveTableTrain(TrainConfig.parse({ ...settings[model], ...more }), table.train.items);
  const family = tableFamilyOf(model);
  const { layout, logShares } = table;
  const stepsPerEpoch = table.train.items / train.batchSize;
  const options = {
    train,
    layout,
    logShares,
    rows: table.train.items,
    trainCodes: table.train.bytes,
    batchSize: train.batchSize,
    towers: 1,
    stepsPerEpoch,
    rateScale: 1,
  };
  return { family, train, learner: family.openLearner(options) };
}

async function trained(model: keyof typeof settings) {
  const { family, train, learner } = opened(model);
  const { best, progress } = await fitModel({
    learner,
    train,
    data: table,
    classes: 0,
    progress: START,
    best: undefined,
    hooks,
  });
  learner.use(best, progress.best?.step ?? 0);
  const scores = await learner.score(table.test, hooks.yieldToEventLoop);
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-table-'));
  folders.push(folder);
  const trainCodes = table.train.bytes;
  const files = await family.exportFiles({ weights: best, layout: table.layout, train, folder, trainCodes });
  const sampler = await family.openSampler({ folder, layout: table.layout, train });
  return { scores, progress, files, sampler, learner };
}

const draw = async (sampler: TableSampler, count: number, where?: string, seed = 1, first = 0) => {
  const parsed = parseConditions(where ?? '');
  const restriction = restrict(table.codec, where && parsed.ok ? parsed.conditions : []);
  if (!restriction.ok) throw new Error(restriction.reason);
  const { cells } = await drawRows(
    { codec: table.codec, sampler, restriction: restriction.value },
    { seed, count, first },
  );
  return Array.from({ length: cells[0]?.length ?? 0 }, (_, row) =>
    Object.fromEntries(NAMES.map((name, at) => [name, cells[at]?.[row]])),
  );
};
const share = <T>(rows: T[], of: (row: T) => boolean) => rows.filter(of).length / rows.length;
const matches = (row: Record<string, unknown>) =>
  ['circle red', 'square green', 'star blue'].includes(`${row.shape} ${row.colour}`);

describe.each(['vae', 'gan', 'latent-class'] as const)('%s', (model) => {
  const result = trained(model);

  test('learns the distribution: the held-out score is near the best, conditional shares are near the known ones', async () => {
    const { scores, sampler, learner } = await result;
    const score = scores[learner.selection] as number;
    if (learner.selection === 'marginalDistance') expect(score).toBeLessThan(0.14);
    else {
      expect(score).toBeGreaterThan(ENTROPY - 0.06);
      expect(score).toBeLessThan(ENTROPY + 0.25);
    }
    const rows = await draw(sampler, 3000);
    // Of shuffled columns a third match. A GAN comes nearer more slowly.
    expect(share(rows, matches)).toBeGreaterThan(model === 'gan' ? 0.55 : 0.72);
    expect(share(rows, matches)).toBeLessThan(0.88);
    expect(share(rows, ({ shape }) => shape === 'star')).toBeCloseTo(1 / 3, 1);
    expect(share(rows, ({ size }) => size === 2)).toBeCloseTo(1 / 4, 1);
  });

  test('the same seed draws the same rows, however many and from wherever', async () => {
    const { sampler } = await result;
    const rows = await draw(sampler, 2 * BLOCK_ROWS + 10);
    expect(await draw(sampler, 100)).toEqual(rows.slice(0, 100));
    expect(await draw(sampler, 50, undefined, 1, 300)).toEqual(rows.slice(300, 350));
    expect(await draw(sampler, 100, undefined, 2)).not.toEqual(rows.slice(0, 100));
  });

  test('conditions hold in every row, with exact counts, and the other columns follow them', async () => {
    const { sampler } = await result;
    const stars = await draw(sampler, 500, "colour = 'blue' and size >= 2");
    expect(stars).toHaveLength(500);
    expect(stars.every(({ colour, size }) => colour === 'blue' && Number(size) >= 2)).toBe(true);
    // By Bayes' rule 0.8 of the blue ones are stars.
    expect(share(stars, ({ shape }) => shape === 'star')).toBeGreaterThan(0.68);
  });

  test('holes are filled by what is known of the row', async () => {
    const { sampler } = await result;
    const rows = 1500;
    const holes = [
      Array(rows).fill(null),
      Array.from({ length: rows }, (_, row) => (row % 2 ? 'red' : 'blue')),
      Array(rows).fill(null),
      Array(rows).fill(null),
    ];
    const cells = await completeRows({ codec: table.codec, sampler }, holes, { seed: 1 });
    expect(cells[1]).toEqual(holes[1]);
    const agrees = cells[0]?.filter((shape, row) => shape === (row % 2 ? 'circle' : 'star')).length as number;
    expect(agrees / rows).toBeGreaterThan(0.68);
    expect(agrees / rows).toBeLessThan(0.92);
    expect(new Set(cells[2])).toEqual(new Set([0, 1, 2, 3]));
  });

  test('an interrupted training goes on to the same bytes', async () => {
    const whole = opened(model, { epochs: 2 });
    const data = { ...table, classes: 0 };
    const run = (learner: Learner, epochs: number, start = START, best?: Map<string, never>) =>
      fitModel({ learner, train: { ...whole.train, epochs }, data, classes: 0, progress: start, best, hooks });
    await run(whole.learner, 2);
    const expected = encodeState({ state: whole.learner.save(), best: undefined });
    const first = opened(model, { epochs: 2 });
    const stopped = await run(first.learner, 1);
    const { state } = decodeState(encodeState({ state: first.learner.save(), best: undefined }));
    const second = opened(model, { epochs: 2 });
    second.learner.load(state);
    await run(second.learner, 2, stopped.progress);
    const resumed = encodeState({ state: second.learner.save(), best: undefined });
    expect(Buffer.from(resumed).equals(Buffer.from(expected))).toBe(true);
    for (const { learner } of [whole, first, second]) learner.dispose();
  });
});

test('a table without a column that can be modelled is refused with the reason', () => {
  expect(() => tableLayout([])).toThrow(/no column of the table can be modelled: all are keys/);
});

test('a family that tables do not have is refused with those that they have', () => {
  expect(() => tableFamilyOf('pca-mixture')).toThrow(
    'There is no model family pca-mixture for tables. The families are vae, gan, latent-class.',
  );
});
