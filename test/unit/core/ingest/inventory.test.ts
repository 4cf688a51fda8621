import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countInventory, readDetails, takeInventory } from '#core/ingest/inventory.ts';
import type { UploadRefusal, Verdict } from '#core/ingest/messages.ts';
import { writeJson } from '#core/store/json.ts';
import { keys, unitName, uploadIdOf } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';

const DATASET = 'digits';
const CONFIG_ID = 'c1';

/** One thing that somebody drops: what becomes of each of its units, and of its key later. */
type Dropped = {
  readonly units: readonly ({ accepted: number; rejected: number } | 'pending')[];
  readonly refused: boolean;
  readonly later: 'stays' | 'deleted' | 'overwritten';
};

const dropped = fc.record<Dropped>({
  units: fc.array(fc.oneof(fc.record({ accepted: fc.nat(3), rejected: fc.nat(3) }), fc.constant('pending' as const)), {
    minLength: 1,
    maxLength: 4,
  }),
  refused: fc.boolean(),
  later: fc.constantFrom('stays', 'stays', 'deleted', 'overwritten'),
});

function openBuckets() {
  return { drop: memoryStore({ bucket: 'drop', versioned: true }), data: memoryStore({ bucket: 'data' }) };
}
type Buckets = ReturnType<typeof openBuckets>;

async function put({ drop }: Buckets, key: string): Promise<string> {
  await drop.put(key, key);
  return uploadIdOf(drop.bucket, key, (await drop.head(key))?.versionId ?? '');
}

function writeVerdict(
  { data }: Buckets,
  uploadId: string,
  unit: string,
  items: Verdict['items'],
  configId = CONFIG_ID,
  released?: Verdict['released'],
) {
  const place = { dataset: DATASET, configId, uploadId, unit };
  const byIssue: Verdict['byIssue'] = items.rejected > 0 ? { 'image.corrupt': items.rejected } : {};
  const facts = { ...place, sourceKey: 'k', part: null, items, byIssue, examples: [] };
  const verdict: Verdict = released ? { ...facts, released } : facts;
  return writeJson(data, keys.verdict(place), verdict);
}

function writeRefusal({ data }: Buckets, uploadId: string, key: string) {
  const source = { key, versionId: 'v', size: 0, etag: '' };
  const issues: UploadRefusal['issues'] = [{ code: 'upload.empty', place: {} }];
  const refusal: UploadRefusal = { schemaVersion: 1, dataset: DATASET, uploadId, source, issues };
  return writeJson(data, keys.refused(DATASET, uploadId), refusal);
}

async function count({ drop, data }: Buckets, configId: string | undefined = CONFIG_ID) {
  const inventory = await takeInventory(drop, data, DATASET, configId);
  return { inventory, counts: countInventory(inventory, await readDetails(data, inventory)) };
}

test('the inventory is what was dropped, and its counts add up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(dropped, { maxLength: 8 }), async (all) => {
      const buckets = openBuckets();
      const items = { accepted: 0, rejected: 0 };
      for (const [number, { units, refused, later }] of all.entries()) {
        const key = `${DATASET}/${number}.zip`;
        const uploadId = await put(buckets, key);
        if (refused) await writeRefusal(buckets, uploadId, key);
        for (const [place, outcome] of units.entries()) {
          if (outcome !== 'pending') await writeVerdict(buckets, uploadId, unitName(place, units.length), outcome);
        }
        if (later === 'deleted') await buckets.drop.delete(key);
        if (later === 'overwritten') await put(buckets, key);
        if (later !== 'stays') continue;
        if (refused) items.rejected += 1;
        else if (!units.includes('pending')) {
          for (const outcome of units as Verdict['items'][]) {
            items.accepted += outcome.accepted;
            items.rejected += outcome.rejected;
          }
        }
      }
      const { inventory, counts } = await count(buckets);
      expect(inventory.uploads).toHaveLength(all.filter(({ later }) => later !== 'deleted').length);
      const { accepted, partly, rejected, pending } = counts.uploads;
      expect(accepted + partly + rejected + pending).toBe(inventory.uploads.length);
      expect(pending).toBe(inventory.uploads.filter(({ state }) => state === 'pending').length);
      expect(counts.items).toEqual(items);
      expect(Object.values(counts.byIssue).reduce((sum, issues) => sum + issues, 0)).toBe(items.rejected);
    }),
    { numRuns: 60 },
  );
});

test('an upload is accepted, partly accepted or rejected by its items', () => {
  const uploads = ['all', 'some', 'none', 'refused', 'waiting'].map((uploadId) => ({
    key: uploadId,
    uploadId,
    state:
      uploadId === 'refused' ? ('refused' as const) : uploadId === 'waiting' ? ('pending' as const) : ('done' as const),
    verdictKeys: [],
  }));
  const verdict = (uploadId: string, accepted: number, rejected: number): Verdict => ({
    dataset: DATASET,
    configId: CONFIG_ID,
    uploadId,
    unit: unitName(0, 1),
    sourceKey: 'k',
    part: null,
    items: { accepted, rejected },
    byIssue: {},
    examples: [],
  });
  const details = {
    verdicts: [verdict('all', 2, 0), verdict('some', 1, 0), verdict('some', 0, 1), verdict('none', 0, 2)],
    refusals: [],
  };
  expect(countInventory({ uploads }, details).uploads).toEqual({ accepted: 1, partly: 1, rejected: 2, pending: 1 });
});

test('a version that replaces another is pending until it has its own verdict', async () => {
  const buckets = openBuckets();
  const key = `${DATASET}/a.png`;
  await writeVerdict(buckets, await put(buckets, key), unitName(0, 1), { accepted: 1, rejected: 0 });
  const second = await put(buckets, key);
  expect((await count(buckets)).counts).toMatchObject({ uploads: { accepted: 0, pending: 1 }, items: { accepted: 0 } });
  await writeVerdict(buckets, second, unitName(0, 1), { accepted: 1, rejected: 0 });
  expect((await count(buckets)).counts).toMatchObject({ uploads: { accepted: 1, pending: 0 }, items: { accepted: 1 } });
});

test('verdicts under another configuration, or under none, do not count', async () => {
  const buckets = openBuckets();
  await writeVerdict(
    buckets,
    await put(buckets, `${DATASET}/a.png`),
    unitName(0, 1),
    { accepted: 1, rejected: 0 },
    'c0',
  );
  expect((await count(buckets)).counts.uploads.pending).toBe(1);
  const { drop, data } = buckets;
  const inventory = await takeInventory(drop, data, DATASET, undefined);
  expect(inventory.uploads.map(({ state }) => state)).toEqual(['pending']);
});

test('a unit released later adds its verdict and stands in for no missing unit', async () => {
  const buckets = openBuckets();
  const uploadId = await put(buckets, `${DATASET}/a.zip`);
  await writeVerdict(buckets, uploadId, unitName(0, 2), { accepted: 3, rejected: 1 });
  await writeVerdict(buckets, uploadId, `${unitName(0, 2)}.w7`, { accepted: 1, rejected: 0 });
  expect((await count(buckets)).counts.uploads.pending).toBe(1);
  await writeVerdict(buckets, uploadId, unitName(1, 2), { accepted: 3, rejected: 0 });
  expect((await count(buckets)).counts.items).toEqual({ accepted: 7, rejected: 1 });
});

test('in every order of arrival an upload is pending until its planned units are there, and no count is negative', async () => {
  const base = [0, 1].map((i) => ({ unit: unitName(i, 2), items: { accepted: 1, rejected: 2 }, released: undefined }));
  const waived = base.map(({ unit }) => ({
    unit: `${unit}.w7`,
    items: { accepted: 2, rejected: 0 },
    released: { 'image.corrupt': 2 },
  }));
  const arrivals = fc.shuffledSubarray([...base, ...waived], { minLength: 4, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(arrivals, async (order) => {
      const buckets = openBuckets();
      const uploadId = await put(buckets, `${DATASET}/a.zip`);
      const arrived = new Set<string>();
      for (const { unit, items, released } of order) {
        await writeVerdict(buckets, uploadId, unit, items, CONFIG_ID, released);
        arrived.add(unit);
        const { counts } = await count(buckets);
        const isDone = base.every((one) => arrived.has(one.unit));
        expect(counts.uploads.pending).toBe(isDone ? 0 : 1);
        expect(counts.items.rejected).toBeGreaterThanOrEqual(0);
        expect(Object.values(counts.byIssue).every((issues) => issues >= 0)).toBe(true);
      }
      expect((await count(buckets)).counts.items).toEqual({ accepted: 6, rejected: 0 });
    }),
    { numRuns: 48 },
  );
});

test('dataset.yaml counts when it was refused only; folder markers and other datasets never', async () => {
  const buckets = openBuckets();
  await put(buckets, `${DATASET}/`);
  await put(buckets, `${DATASET}-2/a.png`);
  const key = `${DATASET}/dataset.yaml`;
  const uploadId = await put(buckets, key);
  expect((await count(buckets)).inventory.uploads).toEqual([]);
  await writeRefusal(buckets, uploadId, key);
  expect((await count(buckets)).inventory.uploads).toMatchObject([{ key, state: 'refused' }]);
});

test('verdicts come in the order of the uploads, whether they were rolled up or are read one by one', async () => {
  const buckets = openBuckets();
  for (const name of ['a', 'b', 'c', 'd'])
    await writeVerdict(buckets, await put(buckets, `${DATASET}/${name}.png`), unitName(0, 1), {
      accepted: 1,
      rejected: 0,
    });
  const inventory = await takeInventory(buckets.drop, buckets.data, DATASET, CONFIG_ID);
  const plain = await readDetails(buckets.data, inventory);
  const keysInOrder = inventory.uploads.flatMap(({ verdictKeys }) => verdictKeys);
  const rolledUp = new Map([2, 0].map((i) => [keysInOrder[i] as string, plain.verdicts[i] as Verdict]));
  const known = { pointer: undefined, files: [], verdicts: rolledUp, refusals: new Map(), parts: new Map() };
  const mixed = await readDetails(buckets.data, inventory, known);
  expect(mixed.verdicts).toEqual(plain.verdicts);
});

test('many verdicts are listed side by side, few by one request, and each is found once', async () => {
  const uploads = 2_500;
  const buckets = openBuckets();
  const asked: string[] = [];
  const list: Store['list'] = (prefix, ...rest) => {
    asked.push(prefix);
    return buckets.data.list(prefix, ...rest);
  };
  const data = { ...buckets.data, list };
  for (let i = 0; i < uploads; i++) {
    const uploadId = await put(buckets, `${DATASET}/${i}.png`);
    if (i < 10) await writeRefusal(buckets, uploadId, `${DATASET}/${i}.png`);
    else if (i % 2 === 0) await writeVerdict(buckets, uploadId, unitName(0, 1), { accepted: 1, rejected: 0 });
  }
  const { uploads: found } = await takeInventory(buckets.drop, data, DATASET, CONFIG_ID);
  const states = Map.groupBy(found, ({ state }) => state);
  expect([...states].map(([state, { length }]) => [state, length]).sort()).toEqual([
    ['done', uploads / 2 - 5],
    ['pending', uploads / 2 - 5],
    ['refused', 10],
  ]);
  expect(new Set(found.flatMap(({ verdictKeys }) => verdictKeys)).size).toBe(uploads / 2 - 5);
  const at = keys.verdicts(DATASET, CONFIG_ID);
  expect(asked.filter((prefix) => prefix === at)).toHaveLength(1);
  expect(asked.filter((prefix) => prefix.startsWith(at) && prefix !== at)).toHaveLength(16);
  expect(asked.filter((prefix) => prefix.startsWith('refused/'))).toEqual([keys.allRefused(DATASET)]);
});
