// Downloads the pixels and labels of a snapshot of images, one file per split, and verifies each shard against the manifest.

import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { SPLITS } from '#core/kinds/split.ts';
import type { ManifestOf } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import { arrayBytes, labelsFile, pixelsFile, readShardArray } from './shard-arrays.ts';

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
    const [pixels, labels] = await Promise.all([
      readShardArray(data, manifest, shard, 'pixels', [items, height, width, channels]),
      readShardArray(data, manifest, shard, 'labels', [items]),
    ]);
    await appendFile(pixelsFile(folder, split), arrayBytes(pixels));
    await appendFile(labelsFile(folder, split), arrayBytes(labels));
  }
}
