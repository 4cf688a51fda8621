// The files of a unit: the dropped image itself, or a slice of the archive, read in ranges.

import { LIMITS } from '../base/limits.ts';
import type { ReadRange } from '../base/read-range.ts';
import type { SourceFile } from '../kinds/define/cleaned.ts';
import type { Issue } from '../kinds/define/issue.ts';
import { fileOfPiece } from '../kinds/reading/piece-path.ts';
import { isSidecar } from '../kinds/sidecar.ts';
import type { Store } from '../store/store.ts';
import { type TarContent, unpackTar } from './archive/tar.ts';
import { unpackFiles } from './archive/unpack.ts';
import { readArchive } from './archive/zip.ts';
import type { UnitMessage } from './messages.ts';

type Lines = { readonly first: number; readonly count: number | null };

/** A file that contains facts about items but no items. */
export type SidecarFile = { readonly accepted: 'sidecar'; readonly path: string; readonly bytes: Uint8Array };

/** Returns undefined for a file that contains items. */
export function sidecarOf(file: SourceFile, { labels }: { readonly labels: string }): SidecarFile | undefined {
  return file.ok && isSidecar(file.path, labels)
    ? { accepted: 'sidecar', path: file.path, bytes: file.bytes }
    : undefined;
}

/** The version that the message names is no longer there. */
export class SupersededError extends Error {}

/**
 * Returns the files of a unit; for a unit cleaned again under a waiver, only those that the waiver names. Throws SupersededError.
 */
export async function* namedFiles(drop: Store, message: UnitMessage): AsyncGenerator<SourceFile> {
  const named = message.waiver && new Set(message.waiver.items.map(({ path }) => fileOfPiece(path)));
  for await (const file of sourceFiles(drop, message)) if (named?.has(file.path) ?? true) yield file;
}

/** Files in the unit's order. Throws SupersededError. */
export async function* sourceFiles(drop: Store, message: UnitMessage): AsyncGenerator<SourceFile> {
  const { source, slice, dataset } = message;
  const readRange = unitRanges(drop, message);
  const path = source.key.slice(dataset.length + 1);
  if (slice.type === 'object') {
    yield { path, ok: true, bytes: await readRange(0, source.size - 1), ...linesOf(slice) };
    return;
  }
  if (slice.type === 'range') {
    yield { path, ...(await readLines(slice, path, readRange)) };
    return;
  }
  const { firstEntry, entryCount } = slice;
  if (slice.type === 'tar') {
    const tar = { size: source.size, gzip: slice.gzip, readRange };
    const { skipped, nameEncoding } = slice;
    const stretch = { first: firstEntry, count: entryCount, skipped, nameEncoding };
    for await (const file of unpackTar(tar, stretch)) yield { ...tarFile(file), ...linesOf(slice) };
    return;
  }
  const archive = await readArchive(source.size, readRange);
  if (!archive.ok) {
    yield { path, ok: false, issue: { ...archive.issue, place: { path } } };
    return;
  }
  const files = archive.files.slice(firstEntry, firstEntry + entryCount);
  for await (const { file, ...unpacked } of unpackFiles(files, readRange))
    yield { path: file.path, ...unpacked, ...linesOf(slice) };
}

function linesOf({ lines }: { readonly lines?: Lines | undefined }): { lines?: Lines } {
  return lines ? { lines } : {};
}

function tarFile({ path, bytes, unpackedBytes, refusal }: TarContent): SourceFile {
  if (refusal) return { path, ok: false, issue: { ...refusal, place: { path } } };
  if (bytes) return { path, ok: true, bytes };
  const facts = { given: `${unpackedBytes} bytes`, allowed: `at most ${LIMITS.fileBytes} bytes` };
  return { path, ok: false, issue: { code: 'upload.too-large', place: { path }, ...facts } };
}

/** Ranges are small unless one line is not. */
async function readLines(
  { firstByte, byteCount, firstLine, encoding }: Extract<UnitMessage['slice'], { type: 'range' }>,
  path: string,
  readRange: ReadRange,
) {
  if (byteCount <= LIMITS.fileBytes)
    return { ok: true, bytes: await readRange(firstByte, firstByte + byteCount - 1), firstLine, encoding } as const;
  const issue: Issue = {
    code: 'text.too-long',
    place: { path, line: firstLine },
    given: `${byteCount} bytes`,
    allowed: `at most ${LIMITS.fileBytes} bytes`,
  };
  return { ok: false, issue } as const;
}

/** Throws SupersededError where the version is gone. */
export function unitRanges(drop: Store, { source: { key, versionId } }: UnitMessage): ReadRange {
  return async (first, last) => {
    const object = await drop.get(key, { versionId, range: { first, last } });
    if (!object) throw new SupersededError(`version ${versionId} was deleted`);
    return object.body;
  };
}
