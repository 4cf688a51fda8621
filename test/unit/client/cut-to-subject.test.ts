// A given photo is cut as the snapshot cuts it, by the pretrained network itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cutToSubject } from '#client/drawing/cut-to-subject.ts';
import { ROOT } from '#client/target.ts';
import { sha256 } from '#core/base/hash.ts';
import { decodeNpy } from '#core/base/npy.ts';
import { cleanImage } from '#core/kinds/image/clean.ts';
import { decodeImage } from '#core/kinds/image/decode.ts';
import { encodeImagePart } from '#core/kinds/image/part.ts';
import { ALIGN_NETWORK, openFeatureMap } from '#core/model/subject-features.ts';
import { ALIGNMENT_FILE, type AlignedUnit, alignedReceipt } from '#core/snapshot/alignment.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { align } from '#stages/align/stage.ts';
import { portrait } from '../../fixtures/portraits.ts';
import { CONFIG } from '../stages/index/world.ts';

const IMAGE = { width: 32, height: 32, channels: 3, fit: 'subject' } as const;
const SNAPSHOT = { dataset: 'pets', snapshotId: 'abc' };
const CARD = { ...SNAPSHOT, input: { kind: 'image', ...IMAGE } } as const;
const PHOTOS = 8;

test('a given photo has the pixels that the snapshot has of it', async () => {
  const data = memoryStore({ bucket: 'data' });
  const photos = await Promise.all(Array.from({ length: PHOTOS }, (_, i) => portrait(i)));
  const cleaned = await Promise.all(
    photos.map(({ path, bytes }) => cleanImage({ path, ok: true, bytes }, { ...CONFIG, image: IMAGE }, 'pets/a.zip')),
  );
  const part = encodeImagePart(cleaned.flatMap((one) => (one.accepted ? [one.item] : [])));
  await data.put('parts/a', part);
  await writeJson(data, keys.snapshot('pets', 'abc', ALIGNMENT_FILE), {
    ...SNAPSHOT,
    schemaVersion: 1,
    image: IMAGE,
    labels: 'folder',
    parts: [{ key: 'parts/a', sha256: sha256(part), items: PHOTOS }],
    sidecars: [],
    unitItems: PHOTOS,
  });
  const network = readFileSync(join(ROOT, '.goldpan', 'native', 'features', ALIGN_NETWORK));
  const run = align({ data, openFeatureMap: () => openFeatureMap(network) });
  await run({ ...SNAPSHOT, unit: null });
  await run({ ...SNAPSHOT, unit: 0 });
  const receipt = await data.get(keys.snapshot('pets', 'abc', alignedReceipt(0)));
  const { file } = JSON.parse(new TextDecoder().decode(receipt?.body)) as AlignedUnit;
  const { values } = decodeNpy((await data.get(keys.snapshot('pets', 'abc', file)))?.body ?? new Uint8Array());
  const size = 32 * 32 * 3;
  const decoded = await decodeImage(photos[3]?.bytes ?? new Uint8Array(), 'a.png', IMAGE);
  if (!decoded.ok || !decoded.image.photo) throw new Error('the photo cannot be decoded');
  const { pixels: given } = await cutToSubject(data, CARD, decoded.image.photo);
  expect(new Uint8Array(given)).toEqual(new Uint8Array((values as Uint8Array).subarray(3 * size, 4 * size)));
});

test('without a template, the refusal says what is missing', async () => {
  const picture = { pixels: new Uint8Array(12), width: 2, height: 2, channels: 3 };
  await expect(cutToSubject(memoryStore({ bucket: 'data' }), CARD, picture)).rejects.toThrow(/subject-template\.json/);
});

test('another file in place of the network is refused', async () => {
  await expect(openFeatureMap(new Uint8Array(10))).rejects.toMatchObject({ name: 'CorruptObjectError' });
});
