import { expect, test } from 'vitest';
import { GateConfig } from '#core/kinds/gate-config.ts';
import { ITEMS_FILE } from '#core/snapshot/snapshot.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { seal } from '#stages/seal/stage.ts';
import { assemble, CONFIG, configure, DATASET, dropCleaned, openBuckets, pictures, request } from '../index/world.ts';

async function bucketsOf(items: number) {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'a.zip', [pictures(0, items)]);
  return buckets;
}

test('new items are counted against the snapshot of the last run, and hold an automatic run back', async () => {
  const buckets = await bucketsOf(300);
  const first = (await assemble(buckets, request({ trigger: 'automatic' }))).sealed;
  expect(first.gate.outcome).toBe('passed');
  await dropCleaned(buckets, 'b.zip', [pictures(250, 320)]);
  const second = (await assemble(buckets, request({ trigger: 'automatic', since: first.snapshotId }))).sealed;
  expect(second.gate).toMatchObject({ outcome: 'blocked', missing: [{ what: 'new items', have: 20, need: 200 }] });
  expect(second.job).toBeNull();
});

test('who overrode the gate is in the job, and nobody is where nothing was overridden', async () => {
  const buckets = await bucketsOf(100);
  await configure(buckets, { ...CONFIG, gate: GateConfig.parse({ minItems: 500 }) });
  expect((await assemble(buckets, request({ force: 'ada' }))).sealed.job?.forcedBy).toBe('ada');
  await configure(buckets, { ...CONFIG, gate: GateConfig.parse({ minItems: 40 }) });
  expect((await assemble(buckets, request({ force: 'ada' }))).sealed.job).not.toHaveProperty('forcedBy');
});

test('a report trains nothing; its page is written anew when the gate asks for something else', async () => {
  const buckets = await bucketsOf(100);
  const pageOf = async (snapshotId: string) =>
    new TextDecoder().decode((await buckets.data.get(keys.qualityPage(DATASET, snapshotId)))?.body);
  const { sealed } = await assemble(buckets, request({ trigger: 'report' }));
  expect(sealed).toMatchObject({ job: null, gate: { outcome: 'not-asked' } });
  expect(await pageOf(sealed.snapshotId)).toContain('There is enough data to train on');
  await configure(buckets, { ...CONFIG, gate: GateConfig.parse({ minPerClass: 512 }) });
  await assemble(buckets, request({ trigger: 'report' }));
  expect(await pageOf(sealed.snapshotId)).toContain('412 more distinct items of class a');
});

test.each([
  ['automatic', 2],
  ['manual', 0],
] as const)('an %s run reads the ids of %i snapshots to count new items', async (trigger, expected) => {
  const buckets = await bucketsOf(300);
  const { snapshotId } = (await assemble(buckets)).sealed;
  let reads = 0;
  const data: Store = {
    ...buckets.data,
    get(key, options) {
      if (key.endsWith(ITEMS_FILE)) reads++;
      return buckets.data.get(key, options);
    },
  };
  await seal({ data })({ request: request({ trigger, since: snapshotId }), snapshotId });
  expect(reads).toBe(expected);
});
