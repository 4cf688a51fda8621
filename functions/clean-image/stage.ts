// Cleans the images of one unit.
import { type Cleaned, type CleanOutcome, type CleanStores, cleanUnit } from '#core/clean-unit.ts';
import { ImageDataset } from '#core/config.ts';
import { cleanImage } from '#core/image/clean-image.ts';
import type { UnitMessage } from '#core/messages/ingest.ts';
import { encodePart, type Item } from '#core/part.ts';
import { sourceFiles } from '#core/unit-files.ts';

/** Pictures decoded side by side: enough to keep two processors busy, few enough for the largest to fit in memory. */
const DECODES_AT_ONCE = 4;

export function cleanImages(body: unknown, stores: CleanStores): Promise<CleanOutcome> {
  return cleanUnit(body, stores, { schema: ImageDataset, clean: cleanFiles, encode: encodePart });
}

/** Several files are on their way at once; what they come to is given in the unit's order. */
async function* cleanFiles(
  message: UnitMessage,
  config: ImageDataset,
  { drop }: CleanStores,
): AsyncGenerator<Cleaned<Item>> {
  const underWay: Promise<Cleaned<Item>>[] = [];
  try {
    for await (const file of sourceFiles(drop, message)) {
      if (underWay.length === DECODES_AT_ONCE) yield await (underWay.shift() as Promise<Cleaned<Item>>);
      underWay.push(cleanImage(file, config, message.source.key));
    }
    while (underWay.length > 0) yield await (underWay.shift() as Promise<Cleaned<Item>>);
  } finally {
    await Promise.allSettled(underWay);
  }
}
