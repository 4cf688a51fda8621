// Indexing as a container job: the function's own code, its answer where the state machine looks for it, exit codes that tell.
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { ENV } from '#core/base/names.ts';
import { Indexed } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import { INDEX_EXIT, runIndexJob } from '../../../containers/indexer/job.ts';
import {
  type Buckets,
  configure,
  contents,
  DATASET,
  dropCleaned,
  openBuckets,
  pictures,
  request,
  runIndex,
} from '../stages/index/world.ts';

/** What Batch hands over: the request and the snapshot that the function counted, as one variable. */
function environment(snapshotId: string) {
  return {
    [ENV.dropBucket]: 'drop',
    [ENV.dataBucket]: 'data',
    [ENV.job]: JSON.stringify({ request: request(), snapshotId }),
  };
}

async function run({ drop, data }: Buckets, given: Record<string, string>) {
  const said: string[] = [];
  const open = (bucket: string) => (bucket === 'drop' ? drop : data);
  return { code: await runIndexJob(given, tmpdir(), (line) => said.push(line), { open }), said: said.join('\n') };
}

async function filled(): Promise<Buckets> {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'a.zip', [pictures(0, 60)]);
  return buckets;
}

test('it writes what the function would have written, byte by byte, and its answer last', async () => {
  const [inContainer, inFunction] = [await filled(), await filled()];
  const answer = await runIndex(inFunction);
  expect(await run(inContainer, environment(answer.snapshotId))).toMatchObject({ code: INDEX_EXIT.done });
  const made = await contents(inContainer.data, 'snapshots/');
  const key = keys.indexed(DATASET, answer.snapshotId);
  const stored = await inContainer.data.get(key);
  expect(Indexed.parse(JSON.parse(new TextDecoder().decode(stored?.body)))).toEqual(answer);
  delete made[key];
  expect(made).toEqual(await contents(inFunction.data, 'snapshots/'));
});

test('what was dropped since the function counted is in it, and the answer still lies where it is looked for', async () => {
  const buckets = await filled();
  const { snapshotId } = await runIndex(buckets);
  await dropCleaned(buckets, 'b.zip', [pictures(60, 70)]);
  expect(await run(buckets, environment(snapshotId))).toMatchObject({ code: INDEX_EXIT.done });
  const stored = await buckets.data.get(keys.indexed(DATASET, snapshotId));
  const answer = Indexed.parse(JSON.parse(new TextDecoder().decode(stored?.body)));
  expect(answer.snapshotId).not.toBe(snapshotId);
  expect(answer).toEqual(await runIndex(buckets));
});

test('an environment that is none, data that is not there and a storage that fails are told apart', async () => {
  const buckets = openBuckets();
  expect(await run(buckets, { ...environment('s'), [ENV.job]: '{' })).toMatchObject({ code: INDEX_EXIT.usage });
  const { code, said } = await run(buckets, environment('s'));
  expect({ code, said }).toEqual({ code: INDEX_EXIT.data, said: expect.stringContaining('has no configuration yet') });
  const failing = { ...buckets, data: { ...buckets.data, get: () => Promise.reject(new Error('503')) } };
  expect(await run(failing, environment('s'))).toMatchObject({ code: INDEX_EXIT.failed });
  const wrong = { ...buckets, data: { ...buckets.data, get: () => Promise.reject(new TypeError('no function')) } };
  expect(await run(wrong, environment('s'))).toMatchObject({ code: INDEX_EXIT.broken });
});
