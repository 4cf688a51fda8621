// Counts the lines of an archive's files, so that no unit has more than one call cleans.
import { LIMITS } from '#core/base/limits.ts';
import type { ReadRange } from '#core/base/read-range.ts';
import { unpackTar } from '#core/ingest/archive/tar.ts';
import { unpackFiles } from '#core/ingest/archive/unpack.ts';
import type { LineCost } from '#core/kinds/text/line-spans.ts';
import type { ListedArchive } from './slice-archive.ts';

/** Fewer bytes have no more lines than a unit takes. */
export const UNCOUNTED_BYTES = 64 * 2 ** 10;

export type ArchiveLinesProps = {
  readonly archive: ListedArchive;
  /** Size of the archive in bytes. */
  readonly size: number;
  readonly readRange: ReadRange;
  readonly measure: (pieces: Iterable<Uint8Array>) => Promise<LineCost>;
  /** Whether the file is no item and has no lines to count. */
  readonly isApart: (path: string) => boolean;
};

/** By place in the archive; empty where there is nothing to count. What cannot be unpacked costs nothing. */
export async function archiveLines({
  archive,
  size,
  readRange,
  measure,
  isApart,
}: ArchiveLinesProps): Promise<ReadonlyMap<number, LineCost>> {
  const costs = new Map<number, LineCost>();
  if (unpackedBytes(archive) <= UNCOUNTED_BYTES) return costs;
  const note = async (place: number | undefined, path: string, bytes: Uint8Array | undefined) => {
    if (place !== undefined && bytes && !isApart(path)) costs.set(place, await measure([bytes]));
  };
  if (archive.type === 'zip') {
    let place = 0;
    for await (const unpacked of unpackFiles(archive.files, readRange))
      await note(place++, unpacked.file.path, unpacked.ok ? unpacked.bytes : undefined);
    return costs;
  }
  const { gzip, nameEncoding, files } = archive;
  const positions = files.map(({ position }) => position);
  const [first = 0, last = 0] = [positions[0], positions.at(-1)];
  const kept = new Set(positions);
  const count = last - first + 1;
  const skipped = Array.from({ length: count }, (_, i) => first + i).filter((position) => !kept.has(position));
  let place = 0;
  for await (const { path, bytes } of unpackTar({ size, gzip, readRange }, { first, count, skipped, nameEncoding }))
    await note(place++, path, bytes);
  return costs;
}

/** Whether counting would take longer than a call has. */
export function isTooLongToCount(archive: ListedArchive): boolean {
  return unpackedBytes(archive) > LIMITS.lineArchiveBytes;
}

export function unpackedBytes({ files }: ListedArchive): number {
  return files.reduce((sum, file) => sum + file.unpackedBytes, 0);
}
