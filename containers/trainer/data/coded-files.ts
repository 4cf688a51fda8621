// The files by which the trainer's parent hands coded items to its engine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SPLITS, type Split } from '#core/kinds/split.ts';
import type { Items } from './batches.ts';
import { labelsFile } from './shard-arrays.ts';

/** The coding of the items, a part of the model. */
export const CODEC_FILE = 'codec.json';

/** Codes of a split: bytes, as many for each item. */
export function codesFile(folder: string, split: Split): string {
  return join(folder, `${split}.codes`);
}

type CodedItems = Readonly<Record<Split, Items<Uint8Array>>>;

/** `width`: codes of an item. `classes`: of the dataset; 0 where there is no file of labels. */
export function readCodedItems(folder: string, width: number, classes: number): CodedItems {
  const read = (split: Split): Items<Uint8Array> => {
    const bytes = new Uint8Array(readFileSync(codesFile(folder, split)));
    const items = width === 0 ? 0 : bytes.length / width;
    const labels =
      classes === 0
        ? new Int32Array(items).fill(-1)
        : new Int32Array(new Uint8Array(readFileSync(labelsFile(folder, split))).buffer);
    return { items, size: width, bytes, areCodes: true, labels, classes };
  };
  return Object.fromEntries(SPLITS.map((split) => [split, read(split)])) as CodedItems;
}
