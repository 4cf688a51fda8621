// A tiny dataset with a known distribution: a bright square on a dark ground, at one of four places.

import { sha256 } from '#core/base/hash.ts';
import { encodeNpy } from '#core/base/npy.ts';
import { uniforms } from '#core/base/random.ts';
import type { Split } from '#core/kinds/split.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { Manifest, type TrainingJob } from '#core/snapshot/messages.ts';
import { shardFile } from '#core/snapshot/snapshot.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Items } from '../../../containers/trainer/data/batches.ts';

export const SIDE = 12;
export const ITEMS: Record<Split, number> = { train: 100, validation: 20, test: 23 };
export const IMAGE = { width: SIDE, height: SIDE, channels: 1, fit: 'cover' } as const;

/** Squares of 4 x 4 that are nearly white, a ground that is nearly black; the class is the place. */
export function squares(items: number, seed: number): Items<Uint8Array> {
  const size = SIDE * SIDE;
  const bytes = new Uint8Array(items * size);
  const places = uniforms(seed, 'place', items);
  const noise = uniforms(seed, 'noise', items * size);
  const labels = Int32Array.from(places, (place) => Math.floor(place * 4));
  for (let item = 0; item < items; item++) {
    const place = labels[item] as number;
    const [top, left] = [2 + 4 * (place >> 1), 2 + 4 * (place & 1)];
    for (let i = 0; i < size; i++) {
      const [y, x] = [Math.floor(i / SIDE), i % SIDE];
      const inside = y >= top && y < top + 4 && x >= left && x < left + 4;
      bytes[item * size + i] = (inside ? 240 : 5) + Math.floor((noise[item * size + i] as number) * 10);
    }
  }
  return { items, size, bytes, labels, classes: 4 };
}

export function jobFor(train: Partial<TrainConfig> = {}): TrainingJob {
  return {
    runId: 'vae-0123456789ab',
    dataset: 'squares',
    snapshotId: 'snapshot-1',
    configId: 'config-1',
    attempt: 1,
    train: TrainConfig.parse({ latentDim: 4, epochs: 3, batchSize: 16, learningRate: 5e-3, ...train }),
  };
}

/** Seals the dataset as assemble does: the train split in two shards. */
export async function sealSquares(
  data: Store,
  { dataset, snapshotId, configId }: TrainingJob,
  count: Record<Split, number> = ITEMS,
): Promise<Manifest> {
  const shards: Manifest['shards'] = [];
  const add = async (name: string, split: Split, pixels: Items<Uint8Array>) => {
    const files = { pixels: shardFile(name, 'pixels'), labels: shardFile(name, 'labels') };
    const array = encodeNpy({ shape: [pixels.items, SIDE, SIDE, 1], values: pixels.bytes });
    const labels = encodeNpy({ shape: [pixels.items], values: pixels.labels });
    await data.put(keys.snapshot(dataset, snapshotId, files.pixels), array);
    await data.put(keys.snapshot(dataset, snapshotId, files.labels), labels);
    const { items } = pixels;
    const shape = [items, SIDE, SIDE, 1];
    shards.push({
      name,
      split,
      items,
      files: [
        { holds: 'pixels', file: files.pixels, type: 'uint8', shape, sha256: sha256(array) },
        { holds: 'labels', file: files.labels, type: 'int32', shape: [items], sha256: sha256(labels) },
      ],
    });
  };
  await add('train-00000', 'train', squares(60, 1));
  await add('train-00001', 'train', squares(count.train - 60, 2));
  await add('validation-00000', 'validation', squares(count.validation, 3));
  await add('test-00000', 'test', squares(count.test, 4));
  const manifest: Manifest = Manifest.parse({
    schemaVersion: 2,
    dataset,
    snapshotId,
    configId,
    kind: 'image',
    config: {
      kind: 'image',
      image: IMAGE,
      labels: 'none',
      license: 'CC0-1.0',
      split: { train: 0.7, validation: 0.15, test: 0.15 },
    },
    schema: null,
    augmentation: { split: 'train', policy: null },
    leaks: { train: 0, validation: 0 },
    items: { file: 'items.parquet', sha256: '', rows: 0 },
    labels: ['north-west', 'north-east', 'south-west', 'south-east'],
    splits: count,
    shards,
  });
  await writeJson(data, keys.manifest(dataset, snapshotId), manifest);
  return manifest;
}
