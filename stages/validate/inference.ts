// Reads samples of an upload to infer the settings that dataset.yaml does not state.

import { SNIFFED_BYTES } from '#core/base/first-bytes.ts';
import type { Kind } from '#core/base/names.ts';
import type { ReadRange } from '#core/base/read-range.ts';
import { inferDataset } from '#core/ingest/infer-dataset.ts';
import { withIndex } from '#core/kinds/audio/decode/containers/read-index.ts';
import type { Inferred } from '#core/kinds/config.ts';
import type { Sample } from '#core/kinds/define/cleaned.ts';
import { isStartTooShort } from '#core/kinds/registry/ingest.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Listing } from './plan.ts';

/** Bytes to read for a long header; cameras write a preview in front of it. */
const LONG_BYTES = 256 * 1024;
/** Bytes to read of a single text, which counts for all texts that follow. */
const LONE_BYTES = 64 * 1024;
const READS_AT_ONCE = 16;

type ReadStart = (bytes: number) => Promise<Uint8Array | undefined>;

/**
 * `path`: of the dropped object, relative to the dataset. `stated`: the kind that dataset.yaml names. Returns undefined if no content has a
 * supported kind.
 */
export async function inferFrom(
  path: string,
  size: number,
  listing: Listing | undefined,
  readRange: ReadRange,
  stated: Kind | undefined,
): Promise<Inferred | undefined> {
  if (!listing) {
    const start = await readEnough((bytes) => readRange(0, Math.min(bytes, size) - 1), LONE_BYTES);
    const samples = start ? [{ path, start: await withIndex(start, size, readRange), size }] : [];
    return inferDataset(samples, [path], stated);
  }
  return inferDataset(
    await readSamples(listing),
    listing.archive.files.map((file) => file.path),
    stated,
  );
}

/** The beginnings of the archive's sampled files. */
export async function readSamples({ archive: { files }, sampled, readStart }: Listing): Promise<Sample[]> {
  const samples = await mapLimit(sampled, READS_AT_ONCE, async (position): Promise<Sample[]> => {
    const start = await readEnough((bytes) => readStart(position, bytes), SNIFFED_BYTES);
    const file = files[position];
    return start && file ? [{ path: file.path, start, size: file.unpackedBytes }] : [];
  });
  return samples.flat();
}

async function readEnough(readStart: ReadStart, bytes: number): Promise<Uint8Array | undefined> {
  const start = await readStart(bytes);
  return start && isStartTooShort(start) ? readStart(LONG_BYTES) : start;
}
