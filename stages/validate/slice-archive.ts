// Cuts an archive into units: consecutive files, as many as one call cleans.
import type { NameEncoding } from '#core/ingest/archive/name-encoding.ts';
import type { TarFile } from '#core/ingest/archive/tar.ts';
import type { ArchiveFile } from '#core/ingest/archive/zip.ts';
import type { Upload } from '#core/ingest/messages.ts';
import type { Remark } from '#core/kinds/define/remark.ts';
import type { LineCost, LineSpan } from '#core/kinds/text/line-spans.ts';
import { unitName } from '#core/store/keys.ts';

type Slice = Upload['units'][number]['slice'];
type ListedTar = {
  readonly type: 'tar';
  readonly gzip: boolean;
  readonly files: readonly TarFile[];
  readonly nameEncoding: NameEncoding;
};
type ListedZip = { readonly type: 'zip'; readonly files: readonly ArchiveFile[] };
export type ListedArchive = (ListedTar | ListedZip) & { readonly remarks: readonly Remark[] };

export type UnitLimits = { readonly entries: number; readonly bytes: number; readonly documents?: number };
type Stretch = { readonly place: number; count: number; readonly lines?: LineSpan };

/**
 * A file larger than a unit is a unit of its own, or several where it has lines. `costs`: by place. What was noticed on the
 * archive goes with the first unit.
 */
export function sliceArchive(
  archive: ListedArchive,
  most: UnitLimits,
  costs: ReadonlyMap<number, LineCost> = new Map(),
): Upload['units'] {
  const stretches: Stretch[] = [];
  const { documents: mostDocuments = Number.POSITIVE_INFINITY } = most;
  let open: Stretch | undefined;
  let [bytes, documents] = [0, 0];
  for (const [place, { unpackedBytes }] of archive.files.entries()) {
    const cost = costs.get(place);
    if (cost && cost.spans.length > 0) {
      for (const lines of cost.spans) stretches.push({ place, count: 1, lines });
      open = undefined;
      continue;
    }
    bytes += unpackedBytes;
    documents += cost?.documents ?? 0;
    if (open && open.count < most.entries && bytes <= most.bytes && documents <= mostDocuments) open.count++;
    else {
      open = { place, count: 1 };
      stretches.push(open);
      bytes = unpackedBytes;
      documents = cost?.documents ?? 0;
    }
  }
  return stretches.map(({ place, count, lines }, i) => ({
    unit: unitName(i, stretches.length),
    slice: {
      ...(archive.type === 'tar'
        ? tarSlice(archive, place, count)
        : { type: 'zip' as const, firstEntry: place, entryCount: count }),
      ...(lines && { lines }),
    },
    ...(i === 0 && archive.remarks.length > 0 && { remarks: [...archive.remarks] }),
  }));
}

/** A tar archive is read from its start, so its slices count every entry. */
function tarSlice({ files, gzip, nameEncoding }: ListedTar, place: number, count: number): Slice {
  const taken = files.slice(place, place + count).map(({ position }) => position);
  const firstEntry = taken[0] as number;
  const entryCount = (taken.at(-1) as number) - firstEntry + 1;
  const kept = new Set(taken);
  const all = Array.from({ length: entryCount }, (_, i) => firstEntry + i);
  const skipped = all.filter((position) => !kept.has(position));
  return {
    type: 'tar',
    gzip,
    firstEntry,
    entryCount,
    ...(skipped.length > 0 && { skipped }),
    ...(nameEncoding !== 'utf-8' && { nameEncoding }),
  };
}
