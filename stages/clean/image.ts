// Cleans the images of one unit.

import { LIMITS } from '#core/base/limits.ts';
import { cleanUnit } from '#core/ingest/clean-unit.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import type { CleanOutcome } from '#core/ingest/open-unit.ts';
import { namedFiles, type SidecarFile, sidecarOf } from '#core/ingest/unit-files.ts';
import type { Cleaned, SourceFile } from '#core/kinds/define/cleaned.ts';
import { cleanImage } from '#core/kinds/image/clean.ts';
import { IMAGE_KIND, ImageDataset } from '#core/kinds/image/definition.ts';
import { readImageHeader } from '#core/kinds/image/header.ts';
import { encodeImagePart, type ImageItem } from '#core/kinds/image/part.ts';
import { decodingCost, SLOW_FACTOR } from '#core/kinds/image/read/decoding-cost.ts';
import type { Buckets } from '#core/store/store.ts';

/** Pictures decoded side by side: enough to keep two processors busy, few enough for the largest to fit in memory. */
const DECODES_AT_ONCE = 4;

export function cleanImages(body: unknown, stores: Buckets): Promise<CleanOutcome> {
  return cleanUnit(body, stores, {
    schema: ImageDataset,
    rules: IMAGE_KIND.rules,
    clean: cleanFiles,
    encode: encodeImagePart,
  });
}

/** Several files are decoded at once; the results are yielded in the unit's order. */
async function* cleanFiles(
  message: UnitMessage,
  config: ImageDataset,
  { drop }: Buckets,
): AsyncGenerator<Cleaned<ImageItem> | SidecarFile> {
  const underWay: Promise<Cleaned<ImageItem>>[] = [];
  let pixels = 0;
  try {
    for await (const file of namedFiles(drop, message)) {
      const sidecar = sidecarOf(file, config);
      if (sidecar) {
        yield sidecar;
        continue;
      }
      if (underWay.length === DECODES_AT_ONCE) yield await (underWay.shift() as Promise<Cleaned<ImageItem>>);
      const more = costOf(file);
      const fits = pixels + more <= LIMITS.unitPixels;
      if (fits) pixels += more;
      underWay.push(cleanImage(fits ? file : beyondTime(file, pixels), config, message.source.key));
    }
    while (underWay.length > 0) yield await (underWay.shift() as Promise<Cleaned<ImageItem>>);
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** Returns the declared pixels, more for slow types; 0 for an image that its header refuses. */
function costOf(file: SourceFile): number {
  const header = file.ok ? readImageHeader(file.bytes) : undefined;
  return header && header.width * header.height <= LIMITS.imagePixels ? decodingCost(header) : 0;
}

/**
 * This only happens if the samples of the planning were small images: a call that runs out of time would also fail the other files.
 */
function beyondTime({ path }: SourceFile, pixels: number): SourceFile {
  const facts = {
    given: `${pixels} pixels in the preceding images of the unit, those of HEIC and AVIF counted ${SLOW_FACTOR} times`,
    allowed: `at most ${LIMITS.unitPixels} pixels in a unit; upload it in an archive of its own`,
  };
  return { path, ok: false, issue: { code: 'image.too-many-pixels', place: { path }, ...facts } };
}
