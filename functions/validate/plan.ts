// Cuts an upload into units, or says why the whole of it is refused.
import { type ArchiveFile, type ReadRange, readArchive } from '#core/archive.ts';
import { IMAGE_TYPES } from '#core/image-header.ts';
import type { Issue } from '#core/issues.ts';
import { unitName } from '#core/keys.ts';
import { LIMITS } from '#core/limits.ts';
import type { Source, Upload } from '#core/messages/ingest.ts';
import { SNIFFED_BYTES, sniff } from './sniff.ts';

export type Units = Upload['units'];
/** `files` is there for archives. */
export type Plan =
  | { readonly ok: true; readonly units: Units; readonly files: readonly ArchiveFile[] | undefined }
  | { readonly ok: false; readonly issue: Issue };

const ALLOWED_TYPES = [...IMAGE_TYPES, 'application/zip'].join(', ');

export async function planUnits(source: Source, readRange: ReadRange): Promise<Plan> {
  if (source.size === 0) return refused('upload.empty');
  if (source.size > LIMITS.uploadBytes) return tooLarge(source.size, LIMITS.uploadBytes);
  const { kind, type } = await sniff(await readRange(0, Math.min(source.size, SNIFFED_BYTES) - 1));
  if (kind === 'other') return refused('upload.type-not-allowed', type, ALLOWED_TYPES);
  if (kind === 'image') {
    if (source.size > LIMITS.fileBytes) return tooLarge(source.size, LIMITS.fileBytes);
    return { ok: true, units: [{ unit: unitName(0, 1), slice: { type: 'object' } }], files: undefined };
  }
  const archive = await readArchive(source.size, readRange);
  if (!archive.ok) return { ok: false, issue: archive.issue };
  return { ok: true, units: sliceArchive(archive.files), files: archive.files };
}

/** Consecutive files, as many as one call cleans; a file larger than that is a unit of its own. */
export function sliceArchive(files: readonly Pick<ArchiveFile, 'unpackedBytes'>[]): Units {
  const slices: { firstEntry: number; entryCount: number }[] = [];
  let bytes = 0;
  for (const [i, { unpackedBytes }] of files.entries()) {
    const slice = slices.at(-1);
    bytes += unpackedBytes;
    if (slice && slice.entryCount < LIMITS.unitEntries && bytes <= LIMITS.unitBytes) slice.entryCount++;
    else {
      slices.push({ firstEntry: i, entryCount: 1 });
      bytes = unpackedBytes;
    }
  }
  return slices.map((slice, i) => ({ unit: unitName(i, slices.length), slice: { type: 'zip', ...slice } }));
}

function tooLarge(size: number, limit: number): Plan {
  return refused('upload.too-large', `${size} bytes`, `at most ${limit} bytes`);
}

function refused(code: Issue['code'], given?: string, allowed?: string): Plan {
  return { ok: false, issue: { code, place: {}, ...(given && { given }), ...(allowed && { allowed }) } };
}
