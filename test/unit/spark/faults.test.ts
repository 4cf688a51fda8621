// Features that are not those which gather wrote: Spark says so, and nothing is stored that looks decided.
import { expect, test } from 'vitest';
import { GatherTally } from '#core/snapshot/distributed.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { planBatches } from '#stages/index/gather/plan-batches.ts';
import { gather } from '#stages/index/gather/stage.ts';
import { prepare } from '#stages/index/prepare.ts';
import { DECIDED_FILE } from '#stages/index/spark/decide.ts';
import { DATASET, randomDataset } from '../../fixtures/spark/random-datasets.ts';
import { NO_SPARK, openSession } from '../../fixtures/spark/session.ts';

type Harm = (data: Store, snapshotId: string) => Promise<unknown>;

const truncate: Harm = async (data, snapshotId) => {
  const key = keys.features(DATASET, snapshotId, 0);
  const whole = (await data.get(key))?.body ?? new Uint8Array();
  return data.put(key, whole.subarray(0, whole.length - 100));
};
const ofAnother: Harm = async (data, snapshotId) => {
  const key = keys.tally(DATASET, snapshotId, 0);
  const tally = (await readJson(data, key, GatherTally))?.value;
  await data.delete(key);
  return writeJson(data, key, { ...tally, snapshotId: 'another' });
};

test.for([
  ['truncated', truncate, /The features of .*00000\.parquet are missing, or are not those that gather wrote/],
  ['of another snapshot', ofAnother, /are not those that gather wrote for snapshot/],
] as const)(
  'features that are %s end the job with a sentence, and nothing is decided',
  async ([, harm, sentence], context) => {
    context.skip(NO_SPARK !== undefined, NO_SPARK);
    const { drop, data } = await randomDataset('text', { seed: 7, items: 60 });
    const prepared = await prepare({ drop, data }, DATASET);
    const { snapshotId } = prepared;
    const plan = await planBatches(data, prepared);
    for (let batch = 0; batch < plan.batches; batch++) await gather({ data })({ dataset: DATASET, snapshotId, batch });
    await harm(data, snapshotId);
    const session = openSession();
    const [decided] = await Promise.allSettled([session.decide()(data, plan), session.run(1)]);
    expect(decided).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(sentence) } });
    expect(await data.head(keys.decided(DATASET, snapshotId, DECIDED_FILE))).toBeUndefined();
  },
);
