// Arrays of the shards of a snapshot, each verified against the manifest, and the files by which the trainer's parent hands pictures to
// its engine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import { decodeNpy, type NpyArray } from '#core/base/npy.ts';
import { SPLITS, type Split } from '#core/kinds/split.ts';
import type { Manifest, ShardData, ShardFile } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Items } from './batches.ts';
import { openBytes } from './item-bytes.ts';

/** Throws CorruptObjectError if the array is missing or is not what the manifest says. */
export async function readShardArray(
  data: Store,
  { dataset, snapshotId }: Pick<Manifest, 'dataset' | 'snapshotId'>,
  shard: ShardFile,
  holds: ShardData['holds'],
  shape: readonly number[],
): Promise<NpyArray> {
  const found = dataOf(shard, holds);
  const key = keys.snapshot(dataset, snapshotId, found.file);
  const object = await data.get(key);
  if (!object) throw new GoldpanError(FAILURE.corruptObject, `${key} does not exist. Start assemble again.`);
  if (sha256(object.body) !== found.sha256) {
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

export function arrayBytes({ values }: NpyArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

export function pixelsFile(folder: string, split: Split): string {
  return join(folder, `${split}.pixels`);
}

/** Class indices of a split, int32; -1 means no class. */
export function labelsFile(folder: string, split: Split): string {
  return join(folder, `${split}.labels`);
}

type PictureTask = {
  readonly folder: string;
  /** Bytes of a picture. */
  readonly size: number;
  readonly items: Readonly<Record<Split, number>>;
  readonly classes: number;
};

/** The pictures and labels of each split, as the parent wrote them. */
export function openPictures({ folder, size, items, classes }: PictureTask): {
  data: Record<Split, Items>;
  close: () => void;
} {
  const files = SPLITS.map((split) => ({ split, ...openBytes(pixelsFile(folder, split)) }));
  const read = (split: Split, bytes: Items['bytes']): Items => ({
    items: items[split],
    size,
    bytes,
    labels: new Int32Array(new Uint8Array(readFileSync(labelsFile(folder, split))).buffer),
    classes,
  });
  return {
    data: Object.fromEntries(files.map(({ split, bytes }) => [split, read(split, bytes)])) as Record<Split, Items>,
    close() {
      for (const file of files) file.close();
    },
  };
}
