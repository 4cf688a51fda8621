// Tar archives, gzipped or not: read once from the front, judged as they are read, unpacked no further than allowed.
//
// An own reader of the headers, since a library's holds a pax header of any size in memory.
import { LIMITS } from '../../base/limits.ts';
import type { Issue } from '../../kinds/define/issue.ts';
import type { Remark } from '../../kinds/define/remark.ts';
import { type EntryRefusal, type ListedFile, lakeIn, nothingIn, remarksOnNames, sortFiles } from './entry.ts';
import { plainName } from './entry-names.ts';
import { decodeName, type NameEncoding, nameEncodingOf } from './name-encoding.ts';
import { tarEntries } from './tar-entries.ts';
import { RefusedTar, type TarSource } from './tar-stream.ts';

const CAPTURED_BYTES = 64 * 1024;
const MOST_CAPTURED = 128;

/** `position`: its place among all entries that are no litter. */
export type TarFile = ListedFile & { readonly position: number };
/** `starts`: place in `files` -> the first bytes of some of them, spread over the archive. */
export type TarListing =
  | {
      readonly ok: true;
      readonly files: readonly TarFile[];
      readonly starts: ReadonlyMap<number, Uint8Array>;
      readonly nameEncoding: NameEncoding;
      readonly remarks: readonly Remark[];
    }
  | { readonly ok: false; readonly issue: Issue };
/** `first` and `count`: positions of entries. `skipped`: the positions among them that are skipped. */
export type TarStretch = {
  readonly first: number;
  readonly count: number;
  readonly skipped?: readonly number[] | undefined;
  readonly nameEncoding?: NameEncoding | undefined;
};
export type TarContent = {
  readonly path: string;
  readonly unpackedBytes: number;
  readonly bytes: Uint8Array | undefined;
  readonly refusal: EntryRefusal | undefined;
};

type Found = { readonly name: Uint8Array; readonly unpackedBytes: number; readonly position: number } & Pick<
  TarFile,
  'refusal'
>;

/** Returns the files in order, without litter, or the reason why the whole archive is refused. */
export async function listTar(source: TarSource): Promise<TarListing> {
  const found: Found[] = [];
  const starts = new Map<number, Uint8Array>();
  let position = 0;
  let stride = 1;
  try {
    for await (const { name, size, refusal, isLitter, reader } of tarEntries(source)) {
      found.push({ name, unpackedBytes: size, position: isLitter ? -1 : position, refusal });
      if (isLitter) continue;
      if (position % stride === 0 && !refusal) {
        // Copied, because the bytes are a view of a much larger buffer.
        starts.set(position, (await reader.read(Math.min(size, CAPTURED_BYTES))).slice());
        if (starts.size > MOST_CAPTURED) {
          stride *= 2;
          for (const place of [...starts.keys()]) if (place % stride !== 0) starts.delete(place);
        }
      }
      position++;
    }
  } catch (error) {
    if (error instanceof RefusedTar) return { ok: false, issue: error.issue };
    throw error;
  }
  return listed(found, starts);
}

function listed(found: readonly Found[], captured: ReadonlyMap<number, Uint8Array>): TarListing {
  const nameEncoding = nameEncodingOf(
    found.map(({ name }) => name),
    'windows-1252',
  );
  const entries = found.map((one) => ({ ...one, path: pathOf(one.name, nameEncoding) }));
  const { files, remarks: sorted } = sortFiles(entries, ({ path }) => path);
  const remarks = [...remarksOnNames(entries, nameEncoding), ...sorted];
  if (files.length === 0) return { ok: false, issue: nothingIn(remarks) };
  const lake = lakeIn(files.map(({ path }) => path));
  if (lake) return { ok: false, issue: lake };
  const starts = new Map<number, Uint8Array>();
  for (const [place, { position }] of files.entries()) {
    const start = captured.get(position);
    if (start) starts.set(place, start);
  }
  return { ok: true, files, starts, nameEncoding, remarks };
}

/**
 * Reads the files of a stretch. `bytes` is undefined for refused files and for files above the size limit. Throws where listTar refuses the
 * archive.
 */
export async function* unpackTar(
  source: TarSource,
  { first, count, skipped = [], nameEncoding = 'utf-8' }: TarStretch,
): AsyncGenerator<TarContent> {
  const left = new Set(skipped);
  let position = 0;
  for await (const { name, size, refusal, isLitter, reader } of tarEntries(source)) {
    if (isLitter) continue;
    if (position >= first && !left.has(position)) {
      const bytes = refusal || size > LIMITS.fileBytes ? undefined : await reader.read(size);
      yield { path: pathOf(name, nameEncoding), unpackedBytes: size, bytes, refusal };
    }
    position++;
    if (position === first + count) return;
  }
}

function pathOf(name: Uint8Array, encoding: NameEncoding): string {
  return plainName(decodeName(name, encoding));
}
