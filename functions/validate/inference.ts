// Looks at some images of an upload to learn what the configuration leaves open.
import type { ArchiveFile, ReadRange } from '#core/archive.ts';
import type { Inferred } from '#core/config.ts';
import { type ImageHeader, imageTypeOf, readImageHeader } from '#core/image-header.ts';
import { INFERENCE_SAMPLES, inferConfig, spread } from '#core/infer.ts';
import { unpackStart } from '#core/unpack.ts';

/** A header lies in the first few bytes unless a camera put a preview before it. */
const USUAL_BYTES = 4096;
const LONG_BYTES = 256 * 1024;
const READS_AT_ONCE = 16;

type ReadStart = (bytes: number) => Promise<Uint8Array | undefined>;

/** `path`: relative to the dataset, of the dropped object. Undefined when no header could be read. */
export async function inferFrom(
  path: string,
  size: number,
  files: readonly ArchiveFile[] | undefined,
  readRange: ReadRange,
): Promise<Inferred | undefined> {
  if (!files) {
    const header = await readHeader((bytes) => readRange(0, Math.min(bytes, size) - 1));
    return header && inferConfig([header], [path]);
  }
  const sample = spread(files.length, INFERENCE_SAMPLES).map((i) => files[i] as ArchiveFile);
  const headers: (ImageHeader | undefined)[] = [];
  for (let start = 0; start < sample.length; start += READS_AT_ONCE) {
    const batch = sample.slice(start, start + READS_AT_ONCE);
    headers.push(
      ...(await Promise.all(batch.map((file) => readHeader((bytes) => unpackStart(file, readRange, bytes))))),
    );
  }
  return inferConfig(
    headers.filter((header) => header !== undefined),
    files.map((file) => file.path),
  );
}

async function readHeader(readStart: ReadStart): Promise<ImageHeader | undefined> {
  const start = await readStart(USUAL_BYTES);
  if (!start || !imageTypeOf(start)) return undefined;
  const header = readImageHeader(start);
  if (header) return header;
  const more = await readStart(LONG_BYTES);
  return more && readImageHeader(more);
}
