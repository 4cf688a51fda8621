// The bytes of an archive's files, read in few large ranges and unpacked no further than each may grow.

import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync, constants as zlib } from 'node:zlib';
import { LIMITS } from '../../base/limits.ts';
import type { ReadRange } from '../../base/read-range.ts';
import type { Issue } from '../../kinds/define/issue.ts';
import type { IssueCode } from '../../kinds/issues.ts';
import type { ArchiveFile } from './zip.ts';
import { STORED } from './zip-methods.ts';

const CHUNK_BYTES = 8 * 2 ** 20;
const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER_SIGNATURE = 0x04034b50;
/** Smaller files are unpacked faster than a thread is asked to. */
const SYNCHRONOUS_BYTES = 64 * 1024;
/** Deflate packs at most 1,032 to 1. */
const LARGEST_EXPANSION = 1032;

const inflate = promisify(inflateRaw);

export type UnpackedFile = { readonly file: ArchiveFile } & Unpacked;
type Unpacked = { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly issue: Issue };

/**
 * Unpacks the files in the given order, each with its bytes or the reason why it has none. The next range is read in the background.
 */
export async function* unpackFiles(files: readonly ArchiveFile[], readRange: ReadRange): AsyncGenerator<UnpackedFile> {
  const chunks = chunksOf(files);
  let next = read(chunks[0], readRange);
  for (const [i, chunk] of chunks.entries()) {
    const bytes = await next;
    next = read(chunks[i + 1], readRange);
    for (const file of chunk.files) {
      const packed = bytes.subarray(file.offset - chunk.first, file.end - chunk.first);
      yield { file, ...(await unpack(file, packed)) };
    }
  }
}

/** Returns the first bytes of one file, enough for an image header; undefined if they cannot be unpacked. */
export async function unpackStart(file: ArchiveFile, readRange: ReadRange, packedBytes: number) {
  if (file.refusal) return undefined;
  const last = Math.min(file.end, file.offset + LOCAL_HEADER_BYTES + 2 * 1024 + packedBytes) - 1;
  const data = dataOf(file, await readRange(file.offset, last));
  if (!data || file.method === STORED) return data;
  const options = { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: data.length * LARGEST_EXPANSION + 1 };
  return inflate(data, options).catch(() => undefined);
}

type Chunk = { first: number; last: number; files: ArchiveFile[] };

function chunksOf(files: readonly ArchiveFile[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (const file of files) {
    const chunk = chunks.at(-1);
    const readable = tooLarge(file) === undefined;
    if (chunk && (!readable || (file.offset > chunk.last && file.end - chunk.first <= CHUNK_BYTES))) {
      chunk.files.push(file);
      if (readable) chunk.last = file.end - 1;
    } else chunks.push({ first: file.offset, last: readable ? file.end - 1 : file.offset, files: [file] });
  }
  return chunks;
}

/** Not yet waited for, a failure is kept for whoever does. */
function read(chunk: Chunk | undefined, readRange: ReadRange): Promise<Uint8Array> {
  const bytes = chunk ? readRange(chunk.first, chunk.last) : Promise.resolve(new Uint8Array());
  bytes.catch(() => undefined);
  return bytes;
}

async function unpack(file: ArchiveFile, bytes: Uint8Array): Promise<Unpacked> {
  if (file.refusal) return { ok: false, issue: { ...file.refusal, place: { path: file.path } } };
  const large = tooLarge(file);
  if (large) return large;
  const packed = dataOf(file, bytes);
  if (!packed || packed.length < file.packedBytes)
    return refused(file, 'archive.corrupt', 'no data where the list says');
  const data = packed.subarray(0, file.packedBytes);
  let unpacked: Uint8Array;
  try {
    // One extra byte shows whether the entry is larger than declared.
    const options = { maxOutputLength: file.unpackedBytes + 1 };
    if (file.method === STORED) unpacked = data;
    else
      unpacked = file.unpackedBytes <= SYNCHRONOUS_BYTES ? inflateRawSync(data, options) : await inflate(data, options);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? refused(file, 'archive.ratio', 'more bytes than the archive declares', `${file.unpackedBytes} bytes`)
      : refused(file, 'archive.corrupt', 'data that does not unpack');
  }
  if (unpacked.length !== file.unpackedBytes || crc32(unpacked) !== file.crc32)
    return refused(file, 'archive.corrupt', 'data that differs from its checksum');
  return { ok: true, bytes: unpacked };
}

/** Returns the data after the entry's own header; undefined if the header is invalid. */
function dataOf(file: ArchiveFile, bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < LOCAL_HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== LOCAL_HEADER_SIGNATURE) return undefined;
  const start = LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  return bytes.subarray(start, start + file.packedBytes);
}

function tooLarge(file: ArchiveFile): Unpacked | undefined {
  const bytes = Math.max(file.packedBytes, file.unpackedBytes);
  return bytes > LIMITS.fileBytes
    ? refused(file, 'upload.too-large', `${bytes} bytes`, `at most ${LIMITS.fileBytes} bytes`)
    : undefined;
}

function refused({ path }: ArchiveFile, code: IssueCode, given: string, allowed?: string): Unpacked {
  return { ok: false, issue: { code, place: { path }, given, ...(allowed !== undefined && { allowed }) } };
}
