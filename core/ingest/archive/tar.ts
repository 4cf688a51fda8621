// Tar archives, gzipped or not: read once from the front, judged as they are read, unpacked no further than allowed.
//
// An own reader of the headers, since a library's holds a pax header of any size in memory.
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LIMITS } from '../../base/limits.ts';
import type { ReadRange } from '../../base/read-range.ts';
import type { Issue } from '../../kinds/define/issue.ts';
import type { IssueCode } from '../../kinds/issues.ts';
import { ByteReader } from './byte-reader.ts';
import { isLitter, shownName, unsafeName } from './entry-names.ts';
import { BLOCK_BYTES, readPaxRecords, readTarHeader, type TarHeader } from './tar-header.ts';

const RANGE_BYTES = 8 * 2 ** 20;
/** Long names and their like. */
const LARGEST_NOTE_BYTES = 64 * 1024;
const CAPTURED_BYTES = 64 * 1024;
const MOST_CAPTURED = 128;
const LINKS: Readonly<Record<string, string>> = { '1': 'no hard links', '2': 'no symbolic links' };

export type TarSource = { readonly size: number; readonly gzip: boolean; readonly readRange: ReadRange };
export type TarFile = { readonly path: string; readonly unpackedBytes: number };
/** `starts`: place -> the first bytes of some files, spread over the archive. */
export type TarListing =
  | { readonly ok: true; readonly files: readonly TarFile[]; readonly starts: ReadonlyMap<number, Uint8Array> }
  | { readonly ok: false; readonly issue: Issue };
export type TarContent = TarFile & { readonly bytes: Uint8Array | undefined };

/** What a hostile or broken archive stops its own reading with; never leaves this file. */
class Refused extends Error {
  readonly issue: Issue;
  constructor(code: IssueCode, given?: string, allowed?: string) {
    super(code);
    this.issue = { code, place: {}, ...(given !== undefined && { given }), ...(allowed !== undefined && { allowed }) };
  }
}

/** The files in their order, folders and desktop litter left out, or why the whole archive is refused. */
export async function listTar(source: TarSource): Promise<TarListing> {
  const files: TarFile[] = [];
  const starts = new Map<number, Uint8Array>();
  let stride = 1;
  try {
    for await (const { header, reader } of entries(source)) {
      if (files.length % stride === 0) {
        // A copy, since what was read lies in a far larger range.
        starts.set(files.length, (await reader.read(Math.min(header.size, CAPTURED_BYTES))).slice());
        if (starts.size > MOST_CAPTURED) {
          stride *= 2;
          for (const place of [...starts.keys()]) if (place % stride !== 0) starts.delete(place);
        }
      }
      files.push({ path: header.name, unpackedBytes: header.size });
    }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, issue: error.issue };
    throw error;
  }
  return files.length > 0 ? { ok: true, files, starts } : { ok: false, issue: { code: 'archive.no-items', place: {} } };
}

/** `count` files from the `first` on; `bytes` is undefined for those larger than one file may be. Throws what listTar refuses. */
export async function* unpackTar(source: TarSource, first: number, count: number): AsyncGenerator<TarContent> {
  let place = 0;
  for await (const { header, reader } of entries(source)) {
    const wanted = place >= first;
    if (wanted) {
      const bytes = header.size > LIMITS.fileBytes ? undefined : await reader.read(header.size);
      yield { path: header.name, unpackedBytes: header.size, bytes };
    }
    place++;
    if (place === first + count) return;
  }
}

type Entry = { readonly header: TarHeader; readonly reader: ByteReader };

/** Each data file, with a reader that stands at its first byte; what is not taken of it is skipped. */
async function* entries(source: TarSource): AsyncGenerator<Entry> {
  const reader = new ByteReader(unpacked(source));
  let count = 0;
  let note: Partial<TarHeader> = {};
  try {
    for (;;) {
      const block = await reader.read(BLOCK_BYTES);
      if (block.length === 0) return;
      const read = readTarHeader(block);
      if (read === 'end') return;
      if (!read) throw new Refused('archive.corrupt', `no header at byte ${reader.taken - block.length}`);
      if (++count > LIMITS.archiveEntries)
        throw new Refused('archive.too-many-entries', String(count), `at most ${LIMITS.archiveEntries}`);
      const end = reader.taken + Math.ceil(read.size / BLOCK_BYTES) * BLOCK_BYTES;
      if ('xgLK'.includes(read.type)) {
        note = { ...note, ...(await readNote(read, reader)) };
        await skipTo(reader, end);
        continue;
      }
      const header = judged({ ...read, ...note, name: (note.name ?? read.name).replace(/^(\.\/)+/, '') });
      const last = reader.taken + Math.ceil(header.size / BLOCK_BYTES) * BLOCK_BYTES;
      note = {};
      if (header.type === '0' && !header.name.endsWith('/') && !isLitter(header.name)) yield { header, reader };
      await skipTo(reader, last);
    }
  } finally {
    await reader.close();
  }
}

async function skipTo(reader: ByteReader, end: number): Promise<void> {
  const missing = end - reader.taken;
  if (missing > 0 && (await reader.skip(missing)) < missing) throw new Refused('archive.corrupt', 'ends too early');
}

/** What a pax or GNU entry says of the one that follows. */
async function readNote({ type, size }: TarHeader, reader: ByteReader): Promise<Partial<TarHeader>> {
  if (size > LARGEST_NOTE_BYTES)
    throw new Refused('archive.corrupt', `a note of ${size} bytes`, `at most ${LARGEST_NOTE_BYTES} bytes`);
  const bytes = await reader.read(size);
  if (bytes.length < size) throw new Refused('archive.corrupt', 'ends too early');
  if (type === 'L') return { name: new TextDecoder().decode(bytes).replace(/\0.*$/s, '') };
  if (type !== 'x') return {};
  const records = readPaxRecords(bytes);
  const length = Number(records?.get('size') ?? 0);
  if (!records || !Number.isSafeInteger(length) || length < 0)
    throw new Refused('archive.corrupt', 'a pax note that is none');
  const name = records.get('path');
  return { ...(name !== undefined && { name }), ...(records.has('size') && { size: length }) };
}

function judged(header: TarHeader): TarHeader {
  const { name, type } = header;
  // The folder that was packed is itself an entry.
  if (type === '5') return header;
  const unsafe = LINKS[type] ?? (type === '0' ? unsafeName(name, Buffer.byteLength(name)) : 'files and folders');
  if (unsafe) throw new Refused('archive.unsafe-name', shownName(name), unsafe);
  return header;
}

/** The archive's bytes, gunzipped where they have to be, up to the limits. */
async function* unpacked({ size, gzip, readRange }: TarSource): AsyncGenerator<Uint8Array> {
  const packed = { bytes: 0, failure: undefined as unknown };
  const ranges = async function* () {
    for (let first = 0; first < size; first += RANGE_BYTES) {
      try {
        const bytes = await readRange(first, Math.min(first + RANGE_BYTES, size) - 1);
        packed.bytes += bytes.length;
        yield bytes;
      } catch (error) {
        packed.failure = error;
        throw error;
      }
    }
  };
  let total = 0;
  try {
    for await (const chunk of gzip ? gunzipped(ranges()) : ranges()) {
      total += chunk.length;
      if (total > LIMITS.tarBytes)
        throw new Refused('archive.too-large', `${total} bytes and more`, `at most ${LIMITS.tarBytes} bytes`);
      if (total > LIMITS.archiveRatioFloorBytes && total > packed.bytes * LIMITS.archiveRatio)
        throw new Refused(
          'archive.ratio',
          `${packed.bytes} bytes unpack to ${total}`,
          `at most ${LIMITS.archiveRatio} times`,
        );
      yield chunk;
    }
  } catch (error) {
    if (packed.failure) throw packed.failure;
    if (error instanceof Refused || (error as NodeJS.ErrnoException).code?.startsWith('Z_') !== true) throw error;
    throw new Refused('archive.corrupt', (error as Error).message);
  }
}

async function* gunzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(packed);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Uint8Array;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
