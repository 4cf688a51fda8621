// The list of files in a zip archive, read through ranges and judged before a single one is unpacked.
import { LIMITS } from '../../base/limits.ts';
import type { ReadRange } from '../../base/read-range.ts';
import type { Issue } from '../../kinds/define/issue.ts';
import type { Remark } from '../../kinds/define/remark.ts';
import type { IssueCode } from '../../kinds/issues.ts';
import { type EntryRefusal, type ListedFile, lakeIn, nothingIn, remarksOnNames, sortFiles } from './entry.ts';
import { plainName, shownName as shown, unsafeName } from './entry-names.ts';
import { decodeName, type NameEncoding, nameEncodingOf } from './name-encoding.ts';
import { BrokenDirectory, findDirectory, records, type ZipRecord } from './zip-directory.ts';
import { refusalOfMethod } from './zip-methods.ts';

const LOCAL_HEADER_BYTES = 30;
const SYMLINK = 0o120000;
const REGULAR = 0o100000;
const FILE_TYPE_MASK = 0o170000;
const MADE_ON_UNIX = 3;
const MADE_ON_MAC = 19;
const ENCRYPTED = 0x0001;
const ENCRYPTED_DIRECTORY = 0x2000;

/** One file of the archive. `end`: an upper bound for the end of its packed bytes. */
export type ArchiveFile = ListedFile & {
  readonly offset: number;
  readonly end: number;
  readonly packedBytes: number;
  readonly method: number;
  readonly crc32: number;
};
export type Archive =
  | { readonly ok: true; readonly files: readonly ArchiveFile[]; readonly remarks: readonly Remark[] }
  | { readonly ok: false; readonly issue: Issue };

type NamedRecord = ZipRecord & { readonly path: string };

/** Stops the reading of a whole archive. It is only thrown inside this file. */
class Refused extends Error {
  readonly issue: Issue;
  constructor(code: IssueCode, given?: string, allowed?: string) {
    super(code);
    this.issue = { code, place: {}, ...(given !== undefined && { given }), ...(allowed !== undefined && { allowed }) };
  }
}

/**
 * Returns the files in the order of the central directory, without folders and litter, or the reason why the whole archive is refused.
 * Hostile archives are values; it throws only if `readRange` fails.
 */
export async function readArchive(size: number, readRange: ReadRange): Promise<Archive> {
  try {
    const found = await readRecords(size, readRange);
    const encoding = nameEncodingOf(
      found.filter(({ utf8 }) => !utf8).map(({ name }) => name),
      'cp437',
    );
    const named = found.map((record) => ({ ...record, path: plainName(nameOf(record, encoding)) }));
    for (const record of named) judge(record, size);
    refuseOverlaps(named);
    const starts = named.map(({ offset }) => offset).sort((a, b) => a - b);
    const entries = named.filter(
      ({ path, unpackedBytes }) => (!path.endsWith('/') || unpackedBytes > 0) && path !== '' && path !== '.',
    );
    const { files, remarks: sorted } = sortFiles(entries, ({ path }) => path);
    const remarks = [
      ...remarksOnNames(
        entries.filter(({ utf8 }) => !utf8),
        encoding,
      ),
      ...sorted,
    ];
    if (files.length === 0) return { ok: false, issue: nothingIn(remarks) };
    const lake = lakeIn(files.map(({ path }) => path));
    if (lake) return { ok: false, issue: lake };
    return { ok: true, files: files.map((record) => fileOf(record, starts, size)), remarks };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, issue: error.issue };
    if (error instanceof BrokenDirectory)
      return { ok: false, issue: { code: 'archive.corrupt', place: {}, given: error.message } };
    throw error;
  }
}

async function readRecords(size: number, readRange: ReadRange): Promise<ZipRecord[]> {
  const directory = await findDirectory(size, readRange);
  const tooMany = (count: number) =>
    new Refused('archive.too-many-entries', String(count), `at most ${LIMITS.archiveEntries}`);
  if (directory.declared > LIMITS.archiveEntries) throw tooMany(directory.declared);
  const found: ZipRecord[] = [];
  let unpackedBytes = 0;
  for await (const record of records(directory, readRange)) {
    found.push(record);
    if (found.length > LIMITS.archiveEntries) throw tooMany(found.length);
    unpackedBytes += record.unpackedBytes;
    if (unpackedBytes > LIMITS.archiveBytes)
      throw new Refused('archive.too-large', `${unpackedBytes} bytes and more`, `at most ${LIMITS.archiveBytes} bytes`);
  }
  return found;
}

/** Writers that mark no name as UTF-8 write it all the same, macOS above all; others write the code page of their system. */
function nameOf({ name, utf8 }: ZipRecord, encoding: NameEncoding): string {
  return utf8 ? new TextDecoder().decode(name) : decodeName(name, encoding);
}

function judge({ path, name, flags, packedBytes, unpackedBytes, offset }: NamedRecord, size: number): void {
  // `./` is a folder.
  const unsafe = path === '' && name.length > 0 ? undefined : unsafeName(path, name.length);
  if (unsafe) throw new Refused('archive.unsafe-name', shown(path), unsafe);
  if ((flags & ENCRYPTED) !== 0 || (flags & ENCRYPTED_DIRECTORY) !== 0)
    throw new Refused('archive.encrypted', shown(path));
  if (unpackedBytes > LIMITS.archiveRatioFloorBytes && unpackedBytes > packedBytes * LIMITS.archiveRatio)
    throw new Refused(
      'archive.ratio',
      `${shown(path)} unpacks ${packedBytes} to ${unpackedBytes} bytes`,
      `at most ${LIMITS.archiveRatio} times`,
    );
  if (offset + LOCAL_HEADER_BYTES + packedBytes > size)
    throw new Refused('archive.corrupt', `${shown(path)} lies beyond the end`);
}

/** Files that share packed bytes unpack to far more than the archive holds. Names may be longer in the directory than before the bytes. */
function refuseOverlaps(entries: readonly NamedRecord[]): void {
  const inOrder = [...entries].sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { offset, packedBytes, path } of inOrder) {
    if (offset < end) throw new Refused('archive.ratio', `${shown(path)} overlaps another entry`);
    end = offset + LOCAL_HEADER_BYTES + packedBytes;
  }
}

function fileOf(record: NamedRecord, starts: readonly number[], size: number): ArchiveFile {
  const { path, name, offset, packedBytes, unpackedBytes, method, crc32 } = record;
  const longest = offset + LOCAL_HEADER_BYTES + name.length + 0xffff + packedBytes;
  const end = Math.min(firstAfter(starts, offset) ?? size, longest, size);
  return { path, offset, end, packedBytes, unpackedBytes, method, crc32, refusal: refusalOf(record) };
}

function refusalOf({ path, madeOn, attributes, method }: NamedRecord): EntryRefusal | undefined {
  if (path.endsWith('/')) return { code: 'archive.not-a-file', given: 'a folder entry with content', allowed: 'files' };
  const type = (attributes >>> 16) & FILE_TYPE_MASK;
  const hasModes = madeOn === MADE_ON_UNIX || madeOn === MADE_ON_MAC;
  if (hasModes && type !== 0 && type !== REGULAR)
    return {
      code: 'archive.not-a-file',
      given: type === SYMLINK ? 'a symbolic link' : 'a device or pipe',
      allowed: 'files',
    };
  return refusalOfMethod(method);
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
