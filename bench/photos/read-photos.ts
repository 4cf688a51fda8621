// A folder of photos, one subfolder a class, as items of three splits.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#core/base/hash.ts';
import { decodeImage, resizeImage } from '#core/kinds/image/decode.ts';
import { SPLITS, type Split, splitOf } from '#core/kinds/split.ts';
import type { Items } from '../../containers/trainer/data/batches.ts';

const SHARES = { train: 0.7, validation: 0.1, test: 0.2 };

export type Photos = Readonly<Record<Split, Items<Uint8Array>>> & {
  readonly classes: readonly string[];
  readonly side: number;
};

/** Every photo filling a square of `side` pixels; what cannot be decoded is left out. Throws where a class has no photo. */
export async function readPhotos(folder: string, side: number): Promise<Photos> {
  const config = { width: side, height: side, channels: 3, fit: 'cover' } as const;
  const classes = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const found: Record<Split, { pixels: Uint8Array; label: number }[]> = { train: [], validation: [], test: [] };
  for (const [label, name] of classes.entries()) {
    const files = readdirSync(join(folder, name)).sort();
    if (files.length === 0) throw new Error(`${join(folder, name)} is empty`);
    for (const file of files) {
      const bytes = readFileSync(join(folder, name, file));
      const decoded = await decodeImage(bytes, file, config);
      if (!decoded.ok) continue;
      const { pixels } = await resizeImage(decoded.image.picture, config);
      found[splitOf(sha256(bytes), SHARES)].push({ pixels, label });
    }
  }
  const itemsOf = (split: Split): Items<Uint8Array> => ({
    items: found[split].length,
    size: side * side * 3,
    bytes: Buffer.concat(found[split].map(({ pixels }) => pixels)),
    labels: Int32Array.from(found[split], ({ label }) => label),
    classes: classes.length,
  });
  const splits = Object.fromEntries(SPLITS.map((split) => [split, itemsOf(split)])) as Record<Split, Items<Uint8Array>>;
  return { ...splits, classes, side };
}
