// Downloads the pixels and labels of a snapshot of images, one file per split, and verifies each shard against the manifest.

import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import { decodeNpy, type NpyArray } from '#core/base/npy.ts';
import { SPLITS, type Split } from '#core/kinds/split.ts';
import type { ManifestOf, ShardData, ShardFile } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

/**
 * Writes `<split>.pixels` (uint8) and `<split>.labels` (int32). Throws CorruptObjectError if a shard does not match the
 * manifest.
 */
export async function fetchImages(
  data: Store,
  manifest: ManifestOf<'image'>,
  folder: string,
  check: () => void,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const split of SPLITS) {
    await writeFile(pixelsFile(folder, split), '');
    await writeFile(labelsFile(folder, split), '');
  }
  const { width, height, channels } = manifest.config.image;
  for (const shard of manifest.shards) {
    check();
    const { split, items } = shard;
    const at = ({ file }: ShardData) => keys.snapshot(manifest.dataset, manifest.snapshotId, file);
    const [pixelsAt, labelsAt] = [dataOf(shard, 'pixels'), dataOf(shard, 'labels')];
    const [pixels, labels] = await Promise.all([
      readArray(data, at(pixelsAt), pixelsAt.sha256, [items, height, width, channels]),
      readArray(data, at(labelsAt), labelsAt.sha256, [items]),
    ]);
    await appendFile(pixelsFile(folder, split), bytesOf(pixels));
    await appendFile(labelsFile(folder, split), bytesOf(labels));
  }
}

async function readArray(data: Store, key: string, hash: string, shape: readonly number[]): Promise<NpyArray> {
  const object = await data.get(key);
  if (!object) throw new GoldpanError(FAILURE.corruptObject, `${key} does not exist. Start assemble again.`);
  if (sha256(object.body) !== hash) {
    throw new GoldpanError(
      FAILURE.corruptObject,
      `${key} was changed after the snapshot was sealed. Start assemble again.`,
    );
  }
  const array = decodeNpy(object.body);
  if (array.shape.join() !== shape.join()) {
    throw new GoldpanError(
      FAILURE.corruptObject,
      `${key} has the shape [${array.shape}], the manifest says [${shape}]`,
    );
  }
  return array;
}

function dataOf({ name, files }: ShardFile, holds: ShardData['holds']): ShardData {
  const found = files.find((file) => file.holds === holds);
  if (!found) throw new GoldpanError(FAILURE.corruptObject, `the manifest does not list ${holds} of ${name}`);
  return found;
}

function bytesOf({ values }: NpyArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function pixelsFile(folder: string, split: Split): string {
  return join(folder, `${split}.pixels`);
}

function labelsFile(folder: string, split: Split): string {
  return join(folder, `${split}.labels`);
}
