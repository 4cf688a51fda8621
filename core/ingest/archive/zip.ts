// The list of files in a zip archive, read through ranges and judged before a single one is unpacked.

import * as yauzl from 'yauzl';
import { LIMITS } from '../../base/limits.ts';
import type { ReadRange } from '../../base/read-range.ts';
import type { Issue } from '../../kinds/define/issue.ts';
import type { IssueCode } from '../../kinds/issues.ts';
import { isLitter, shownName as shown, unsafeName } from './entry-names.ts';

const BLOCK_BYTES = 2 ** 20;
const LOCAL_HEADER_BYTES = 30;
const SYMLINK = 0o120000;
const FILE_TYPE_MASK = 0o170000;
const MADE_ON_UNIX = 3;
const STRONGLY_ENCRYPTED = /strong encryption/;

/** One file of the archive. `end` is an upper bound of where its packed bytes end. */
export type ArchiveFile = {
  readonly path: string;
  readonly offset: number;
  readonly end: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly method: number;
  readonly crc32: number;
};
export type Archive = { ok: true; files: ArchiveFile[] } | { ok: false; issue: Issue };

/**
 * The files in the order of the central directory, directories and desktop litter left out, or why the whole archive is
 * refused. Hostile archives are values; only a failing `readRange` throws.
 */
export async function readArchive(size: number, readRange: ReadRange): Promise<Archive> {
  const reader = new CachedReader(size, readRange);
  let entries: yauzl.Entry[] | Issue;
  try {
    entries = await listEntries(reader, size);
  } catch (error) {
    if (reader.failure) throw reader.failure;
    const message = (error as Error).message;
    return STRONGLY_ENCRYPTED.test(message) ? refused('archive.encrypted') : refused('archive.corrupt', message);
  }
  if (!Array.isArray(entries)) return { ok: false, issue: entries };
  const overlap = overlapOf(entries);
  if (overlap) return overlap;
  const starts = entries.map(({ relativeOffsetOfLocalHeader }) => relativeOffsetOfLocalHeader).sort((a, b) => a - b);
  const files = entries.filter(({ fileName }) => !fileName.endsWith('/') && !isLitter(fileName));
  if (files.length === 0) return refused('archive.no-items');
  return { ok: true, files: files.map((entry) => fileOf(entry, starts, size)) };
}

async function listEntries(reader: CachedReader, size: number): Promise<yauzl.Entry[] | Issue> {
  const zip = await yauzl.fromRandomAccessReaderPromise(reader, size, { decodeStrings: false, autoClose: false });
  if (zip.entryCount > LIMITS.archiveEntries)
    return issue('archive.too-many-entries', String(zip.entryCount), `at most ${LIMITS.archiveEntries}`);
  const entries: yauzl.Entry[] = [];
  let unpackedBytes = 0;
  for await (const entry of zip.eachEntry()) {
    entry.fileName = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
    const found = checkEntry(entry, size);
    if (found) return found;
    unpackedBytes += entry.uncompressedSize;
    if (unpackedBytes > LIMITS.archiveBytes)
      return issue('archive.too-large', `${unpackedBytes} bytes and more`, `at most ${LIMITS.archiveBytes} bytes`);
    entries.push(entry);
  }
  return entries;
}

function checkEntry(entry: yauzl.Entry, size: number): Issue | undefined {
  const { fileName, compressedSize, uncompressedSize, relativeOffsetOfLocalHeader } = entry;
  const unsafe = unsafeNameOf(entry);
  if (unsafe) return issue('archive.unsafe-name', shown(fileName), unsafe);
  if (entry.isEncrypted()) return issue('archive.encrypted', shown(fileName), undefined);
  if (uncompressedSize > LIMITS.archiveRatioFloorBytes && uncompressedSize > compressedSize * LIMITS.archiveRatio)
    return issue(
      'archive.ratio',
      `${shown(fileName)} unpacks ${compressedSize} to ${uncompressedSize} bytes`,
      `at most ${LIMITS.archiveRatio} times`,
    );
  if (relativeOffsetOfLocalHeader + LOCAL_HEADER_BYTES + compressedSize > size)
    return issue('archive.corrupt', `${shown(fileName)} lies beyond the end`, undefined);
  return undefined;
}

/** Says what a name must be when it is not. */
function unsafeNameOf({
  fileName,
  fileNameRaw,
  versionMadeBy,
  externalFileAttributes,
}: yauzl.Entry): string | undefined {
  const unsafe = unsafeName(fileName, fileNameRaw.length);
  if (unsafe) return unsafe;
  const mode = externalFileAttributes >>> 16;
  if (versionMadeBy >>> 8 === MADE_ON_UNIX && (mode & FILE_TYPE_MASK) === SYMLINK) return 'no symbolic links';
  return undefined;
}

/** Files that share packed bytes unpack to far more than the archive holds. */
function overlapOf(entries: readonly yauzl.Entry[]): Archive | undefined {
  const inOrder = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  for (const { relativeOffsetOfLocalHeader: start, fileNameRaw, compressedSize, fileName } of inOrder) {
    if (start < end) return refused('archive.ratio', `${shown(fileName)} overlaps another entry`);
    end = start + LOCAL_HEADER_BYTES + fileNameRaw.length + compressedSize;
  }
  return undefined;
}

function fileOf(entry: yauzl.Entry, starts: readonly number[], size: number): ArchiveFile {
  const { relativeOffsetOfLocalHeader: offset, compressedSize, fileNameRaw } = entry;
  const longest = offset + LOCAL_HEADER_BYTES + fileNameRaw.length + 0xffff + compressedSize;
  return {
    path: entry.fileName,
    offset,
    end: Math.min(firstAfter(starts, offset) ?? size, longest, size),
    packedBytes: compressedSize,
    unpackedBytes: entry.uncompressedSize,
    method: entry.compressionMethod,
    crc32: entry.crc32,
  };
}

function firstAfter(sorted: readonly number[], value: number): number | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return sorted[low];
}

function refused(code: IssueCode, given?: string): Archive {
  return { ok: false, issue: issue(code, given, undefined) };
}

function issue(code: IssueCode, given: string | undefined, allowed: string | undefined): Issue {
  return { code, place: {}, ...(given !== undefined && { given }), ...(allowed !== undefined && { allowed }) };
}

/** Directory records are read one by one; a block at a time keeps that from becoming one request each. */
class CachedReader extends yauzl.RandomAccessReader {
  failure: Error | undefined;
  readonly #size: number;
  readonly #readRange: ReadRange;
  #blockStart = 0;
  #block: Uint8Array = new Uint8Array();

  constructor(size: number, readRange: ReadRange) {
    super();
    this.#size = size;
    this.#readRange = readRange;
  }

  override read(into: Buffer, offset: number, length: number, position: number, done: (error: Error | null) => void) {
    if (!(position >= 0 && position + length <= this.#size)) {
      done(new Error('the archive names bytes beyond its end'));
      return;
    }
    this.#copy(into, offset, length, position).then(
      () => done(null),
      (error: Error) => {
        this.failure = error;
        done(error);
      },
    );
  }

  override close(done: (error: Error | null) => void) {
    done(null);
  }

  async #copy(into: Buffer, offset: number, length: number, position: number): Promise<void> {
    if (position < this.#blockStart || position + length > this.#blockStart + this.#block.length) {
      const last = Math.min(position + Math.max(length, BLOCK_BYTES), this.#size) - 1;
      this.#block = await this.#readRange(position, last);
      this.#blockStart = position;
      if (this.#block.length < length)
        throw new Error(`a range of ${length} bytes came back with ${this.#block.length}`);
    }
    into.set(this.#block.subarray(position - this.#blockStart, position - this.#blockStart + length), offset);
  }
}
