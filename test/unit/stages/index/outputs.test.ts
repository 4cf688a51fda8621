// What the endpoint drew and somebody uploads is recognised when a snapshot is made, and no more than a share of it is trained on.
import { parquetReadObjects } from 'hyparquet';
import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { decodeNpy } from '#core/base/npy.ts';
import { cleanImage } from '#core/kinds/image/clean.ts';
import type { ImageDataset } from '#core/kinds/image/definition.ts';
import { encodeImagePart, type ImageItem } from '#core/kinds/image/part.ts';
import { SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import { SnapshotIndex } from '#core/snapshot/messages.ts';
import { QualityFacts } from '#core/snapshot/quality/facts.ts';
import { INDEX_FILE, ITEMS_FILE } from '#core/snapshot/snapshot.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys, unitName } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { findOutputs } from '#stages/index/outputs/find-outputs.ts';
import { type Ledger, listLedger } from '#stages/index/outputs/read-ledger.ts';
import { linearEncoder } from '../../../fixtures/decoders.ts';
import { storeModel } from '../../../fixtures/stored-model.ts';
import { bytesOf, openEndpoint } from '../sample/calls.ts';
import {
  type Buckets,
  CONFIG,
  CONFIG_ID,
  configure,
  DATASET,
  dropCleaned,
  dropObject,
  pictures,
  runIndex,
} from './world.ts';

const SHAPE = { latentDim: 4, width: CONFIG.image.width, height: CONFIG.image.height, channels: 1 } as const;
const REAL = 120;
let buckets: Buckets;
let call: ReturnType<typeof openEndpoint>['call'];

beforeEach(async () => {
  let seconds = 0;
  const now = () => new Date(1000 * seconds++);
  buckets = {
    drop: memoryStore({ bucket: 'drop', versioned: true, now }),
    data: memoryStore({ bucket: 'data', now }),
  };
  await storeModel(buckets.data, { shape: SHAPE, encoder: linearEncoder(SHAPE) });
  ({ call } = openEndpoint({ data: buckets.data }));
  await configure(buckets);
  await dropCleaned(buckets, 'real.zip', [pictures(0, REAL)]);
});

async function draw(body: object): Promise<Buffer[]> {
  const answer = await call({ accept: 'application/json', body });
  return SampleAnswer.parse(JSON.parse(answer.body)).images.map((image) => Buffer.from(image, 'base64'));
}

/** As cleaning would: one part of all files. */
async function upload(name: string, files: readonly Uint8Array[]): Promise<void> {
  const uploadId = await dropObject(buckets, name);
  const sourceKey = `${DATASET}/${name}`;
  const items: ImageItem[] = [];
  for (const [i, bytes] of files.entries()) {
    const cleaned = await cleanImage({ ok: true, path: `a/${i}.png`, bytes }, CONFIG, sourceKey);
    if (!cleaned.accepted) throw new Error(JSON.stringify(cleaned.issues));
    items.push(cleaned.item);
  }
  const place = { dataset: DATASET, configId: CONFIG_ID, uploadId, unit: unitName(0, 1) };
  const bytes = encodeImagePart(items);
  const key = keys.part(place, sha256(bytes));
  await buckets.data.put(key, bytes);
  const counts = { items: { accepted: items.length, rejected: 0 }, byIssue: {}, examples: [] };
  await writeJson(buckets.data, keys.verdict(place), {
    ...{ ...place, ...counts, sourceKey },
    part: { key, sha256: sha256(bytes), items: items.length },
  });
}

async function indexed() {
  const { snapshotId } = await runIndex(buckets);
  const read = async (file: string) => (await buckets.data.get(keys.snapshot(DATASET, snapshotId, file)))?.body;
  const rows = await parquetReadObjects({ file: new Uint8Array((await read(ITEMS_FILE)) ?? []).buffer });
  const key = keys.snapshot(DATASET, snapshotId, INDEX_FILE);
  const counts = (await readJson(buckets.data, key, SnapshotIndex))?.value.counts;
  const facts = (await readJson(buckets.data, keys.snapshot(DATASET, snapshotId, 'facts.json'), QualityFacts))?.value;
  const own = (rows as { source: string; synthetic?: string; excluded: string | null; split: string | null }[]).filter(
    ({ synthetic }) => synthetic,
  );
  return { snapshotId, counts, facts, own };
}

const withRule = (rule: object): ImageDataset => ({
  ...CONFIG,
  rules: { ...CONFIG.rules, 'item.synthetic': { action: 'flag', maxShare: 0.1, ...rule } },
});

test('drawn images are recognised in PNG by their pixels and in JPEG by their look; others are not', async () => {
  const drawn = await draw({ n: 12, seed: 1 });
  const jpegs = await Promise.all(drawn.slice(0, 4).map((png) => sharp(png).jpeg({ quality: 90 }).toBuffer()));
  await upload('drawn.zip', drawn.slice(4));
  await upload('again.zip', jpegs);
  const { own, counts, facts } = await indexed();
  expect(own.map(({ source, synthetic }) => `${source} ${synthetic}`).sort()).toEqual([
    ...Array.from({ length: 4 }, () => 'digits/again.zip look'),
    ...Array.from({ length: 8 }, () => 'digits/drawn.zip content'),
  ]);
  expect(counts?.byIssue['item.synthetic']).toBe(12);
  expect(facts?.total.flagged).toMatchObject({ 'item.synthetic': 12 });
});

test('at most the share of the rule is trained on, and none is evaluated on', async () => {
  await upload('drawn.zip', await draw({ n: 60, seed: 2 }));
  const { own } = await indexed();
  expect(own).toHaveLength(60);
  const kept = own.filter(({ excluded }) => excluded === null);
  const real = Math.round(REAL * CONFIG.split.train);
  expect(kept.every(({ split }) => split === 'train')).toBe(true);
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.length).toBeLessThanOrEqual(Math.ceil((real * 1.15) / 9));
  expect(own.filter(({ excluded }) => excluded === 'synthetic')).toHaveLength(60 - kept.length);
  await configure(buckets, withRule({ action: 'reject' }));
  expect((await indexed()).own.every(({ excluded }) => excluded === 'synthetic')).toBe(true);
  await configure(buckets, withRule({ action: 'off' }));
  expect((await indexed()).own).toEqual([]);
});

test('what is drawn after the newest upload makes no other snapshot; a ledger before it does, once', async () => {
  const before = (await indexed()).snapshotId;
  await draw({ n: 4, seed: 3 });
  await dropObject(buckets, 'unread.zip');
  const after = (await indexed()).snapshotId;
  expect(after).not.toBe(before);
  await draw({ n: 4, seed: 4 });
  expect((await indexed()).snapshotId).toBe(after);
});

test('the same answer is recorded once; a given image that comes back as it was is not', async () => {
  const records = async () => {
    const found: string[] = [];
    for await (const { key } of buckets.data.list(keys.ledger(DATASET))) found.push(key);
    return found;
  };
  const drawn = await call({ accept: 'application/x-npy', body: { n: 1, seed: 5 } });
  await openEndpoint({ data: buckets.data }).call({ accept: 'application/json', body: { n: 1, seed: 5 } });
  expect(await records()).toHaveLength(1);
  const pixels = Buffer.from((decodeNpy(bytesOf(drawn)).values as Uint8Array).map((value) => 255 - value));
  const items = [{ pixels: pixels.toString('base64') }];
  const path = (operation: string) => `/v1/datasets/${DATASET}/${operation}`;
  const small = await call({
    path: path('compress'),
    accept: 'application/octet-stream',
    body: { items, maxError: 0 },
  });
  const container = Buffer.from(bytesOf(small)).toString('base64');
  const back = await call({ path: path('decompress'), accept: 'application/x-npy', body: { container } });
  expect(Buffer.from(decodeNpy(bytesOf(back)).values as Uint8Array).equals(pixels)).toBe(true);
  expect(await records()).toHaveLength(1);
});

const LEDGER: Ledger = { contents: new Set(['x']), looks: [], equalShare: 1e-4 };

test('where content repeats by chance, an upload is recognised by more equal items than chance makes', () => {
  const count = 100;
  const sourceOf = (item: number) => (item < 50 ? 'd/own.csv' : 'd/real.csv');
  const comparison = { repeatsByChance: true, fingerprintBytes: 0 };
  const collected = { count, present: new Uint8Array(count).fill(1) };
  const found = (equal: number[], ledger = LEDGER) =>
    findOutputs(ledger, { collected, comparison, equal, sourceOf, nearRule: undefined } as never).length;
  const own = Array.from({ length: 20 }, (_, i) => i);
  expect(found([...own, 60, 61])).toBe(20);
  expect(found([1, 2, 3])).toBe(0);
  // So many equal draws that any upload would have as many.
  expect(found([...own, 60, 61], { ...LEDGER, contents: new Set(own.map(String)), equalShare: 0.05 })).toBe(0);
});

test('hundreds of thousands of uploads are looked through; as arguments of one call they exceeded the stack', async () => {
  const uploads = Array.from({ length: 300_000 }, (_, i) => ({ object: { modifiedAt: new Date(i) } }));
  expect(await listLedger(memoryStore({ bucket: 'data' }), DATASET, uploads)).toBeUndefined();
});
