// A folder of photos, one subfolder a class, as items of three splits.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#core/base/hash.ts';
import { SPLITS, type Split, splitOf } from '#core/kinds/split.ts';
import type { Items } from '../../containers/trainer/data/batches.ts';
import { cutPhotos } from './cut-photos.ts';

const SHARES = { train: 0.7, validation: 0.1, test: 0.2 };

export type Photos = Readonly<Record<Split, Items<Uint8Array>>> & {
  readonly classes: readonly string[];
  readonly side: number;
};

/** The photos of a folder, cut. Throws where a class has no photo. */
export async function readPhotos(folder: string, side: number, fit: 'subject' | 'cover'): Promise<Photos> {
  const classes = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const files = classes.flatMap((name, label) => {
    const names = readdirSync(join(folder, name)).sort();
    if (names.length === 0) throw new Error(`${join(folder, name)} is empty`);
    return names.map((file) => {
      const bytes = readFileSync(join(folder, name, file));
      return { id: sha256(bytes), label, bytes };
    });
  });
  // By their hashes, as in a snapshot: figures of the first so many items would else be of one class.
  const cut = (await cutPhotos(files, side, fit)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const found = Map.groupBy(cut, ({ id }) => splitOf(id, SHARES));
  const of = (split: Split) => found.get(split) ?? [];
  const itemsOf = (split: Split): Items<Uint8Array> => ({
    items: of(split).length,
    size: side * side * 3,
    bytes: Buffer.concat(of(split).map(({ pixels }) => pixels)),
    labels: Int32Array.from(of(split), ({ label }) => label),
    classes: classes.length,
  });
  const splits = Object.fromEntries(SPLITS.map((split) => [split, itemsOf(split)])) as Record<Split, Items<Uint8Array>>;
  return { ...splits, classes, side };
}
