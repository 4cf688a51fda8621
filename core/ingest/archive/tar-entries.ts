// Reads the entries of a tar archive in order and applies their pax and GNU headers. Archives that follow one another in one file (`cat
// a.tar b.tar`, `tar -r` after the end) are all read.
import { LIMITS } from '../../base/limits.ts';
import { litterOf } from '../layouts/litter.ts';
import { ByteReader } from './byte-reader.ts';
import type { EntryRefusal } from './entry.ts';
import { plainName, shownName, unsafeName } from './entry-names.ts';
import { BLOCK_BYTES, hasMoreMap, readPaxRecords, readTarHeader, type TarHeader } from './tar-header.ts';
import { RefusedTar, type TarSource, unpackedTar } from './tar-stream.ts';

/** Long names and their like. */
const LARGEST_NOTE_BYTES = 64 * 1024;
/** Types of headers without a file: labels, and folders of incremental dumps. */
const NO_FILES = new Set(['5', 'V', 'D']);
const NOT_READ: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a pipe',
  M: 'the rest of a file that begins in another volume',
  N: 'a long name in an old format',
  S: 'a sparse file (tar -S)',
};

/** `name`: the undecoded bytes. `reader` is at the entry's first byte; unread bytes are skipped. */
export type TarEntry = {
  readonly name: Uint8Array;
  /** Decided by the name, in any code page. */
  readonly isLitter: boolean;
  readonly size: number;
  readonly refusal: EntryRefusal | undefined;
  readonly reader: ByteReader;
};
type Note = { readonly name?: Uint8Array; readonly size?: number; readonly sparse?: true };

/** Folders and labels are left out. Throws RefusedTar. */
export async function* tarEntries(source: TarSource): AsyncGenerator<TarEntry> {
  const reader = new ByteReader(unpackedTar(source));
  let count = 0;
  let note: Note = {};
  let ended = false;
  try {
    for (;;) {
      const block = await reader.read(BLOCK_BYTES);
      if (block.length === 0) return;
      const read = readTarHeader(block);
      if (read === 'end') {
        ended = true;
        continue;
      }
      if (!read) {
        // Tapes and mail programs append arbitrary bytes after the end.
        if (ended) return;
        throw new RefusedTar('archive.corrupt', `no header at byte ${reader.taken - block.length}`);
      }
      if (++count > LIMITS.archiveEntries)
        throw new RefusedTar('archive.too-many-entries', String(count), `at most ${LIMITS.archiveEntries}`);
      if ('xgLK'.includes(read.type)) {
        const end = reader.taken + wholeBlocks(read.size);
        note = { ...note, ...(await readNote(read, reader)) };
        await skipTo(reader, end);
        continue;
      }
      if (read.moreMap) await skipMap(reader);
      const name = note.name ?? read.name;
      // Only pax archives store the data again with each hard link.
      const size = read.type === '1' && note.size === undefined ? 0 : (note.size ?? read.size);
      const last = reader.taken + wholeBlocks(size);
      const path = plainName(new TextDecoder().decode(name));
      if (!NO_FILES.has(read.type) && !path.endsWith('/')) {
        refuseUnsafe(path, name);
        const refusal = refusalOf(read, note);
        yield { name, isLitter: litterOf(path) !== undefined, size, refusal, reader };
      }
      note = {};
      await skipTo(reader, last);
    }
  } finally {
    await reader.close();
  }
}

function refuseUnsafe(path: string, name: Uint8Array): void {
  const unsafe = unsafeName(path, name.length);
  if (unsafe) throw new RefusedTar('archive.unsafe-name', shownName(path), unsafe);
}

function refusalOf({ type, link }: TarHeader, { sparse }: Note): EntryRefusal | undefined {
  const what = sparse ? NOT_READ.S : (NOT_READ[type] ?? (type === '0' ? undefined : `an entry of type ${type}`));
  if (what === undefined) return undefined;
  const given = link === '' ? what : `${what} to ${shownName(link)}`;
  return { code: 'archive.not-a-file', given, allowed: 'files' };
}

function wholeBlocks(size: number): number {
  return Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
}

async function skipMap(reader: ByteReader): Promise<void> {
  for (;;) {
    const block = await reader.read(BLOCK_BYTES);
    if (block.length < BLOCK_BYTES) throw new RefusedTar('archive.corrupt', 'ends too early');
    if (!hasMoreMap(block)) return;
  }
}

async function skipTo(reader: ByteReader, end: number): Promise<void> {
  const missing = end - reader.taken;
  if (missing > 0 && (await reader.skip(missing)) < missing) throw new RefusedTar('archive.corrupt', 'ends too early');
}

/** Reads a pax or GNU header that describes the next entry. */
async function readNote({ type, size }: TarHeader, reader: ByteReader): Promise<Note> {
  if (size > LARGEST_NOTE_BYTES)
    throw new RefusedTar('archive.corrupt', `a note of ${size} bytes`, `at most ${LARGEST_NOTE_BYTES} bytes`);
  const bytes = await reader.read(size);
  if (bytes.length < size) throw new RefusedTar('archive.corrupt', 'ends too early');
  if (type === 'L') {
    const end = bytes.indexOf(0);
    return { name: bytes.slice(0, end < 0 ? bytes.length : end) };
  }
  if (type !== 'x') return {};
  const records = readPaxRecords(bytes);
  const text = (key: string) => new TextDecoder().decode(records?.get(key));
  const length = Number(records?.has('size') ? text('size') : 0);
  if (!records || !Number.isSafeInteger(length) || length < 0)
    throw new RefusedTar('archive.corrupt', 'a broken pax header');
  const isSparse = [...records.keys()].some((key) => key.startsWith('GNU.sparse.'));
  const name = records.get('GNU.sparse.name') ?? records.get('path');
  return {
    ...(name !== undefined && { name }),
    ...(records.has('size') && { size: length }),
    ...(isSparse && { sparse: true as const }),
  };
}
