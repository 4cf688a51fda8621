// Cuts an upload into units, or returns why the whole upload is refused.

import { SNIFFED_BYTES } from '#core/base/first-bytes.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Kind } from '#core/base/names.ts';
import type { ReadRange } from '#core/base/read-range.ts';
import { listTar } from '#core/ingest/archive/tar.ts';
import { unpackStart } from '#core/ingest/archive/unpack.ts';
import { type ArchiveFile, readArchive } from '#core/ingest/archive/zip.ts';
import { INFERENCE_SAMPLES, spread } from '#core/ingest/infer-dataset.ts';
import type { Source, Upload } from '#core/ingest/messages.ts';
import { type Content, sniff } from '#core/ingest/sniff.ts';
import type { EffectiveConfig } from '#core/kinds/config.ts';
import type { Issue } from '#core/kinds/define/issue.ts';
import { FORMATS } from '#core/kinds/formats/register.ts';
import { typeFacts } from '#core/kinds/formats/type-facts.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { ingestOf } from '#core/kinds/registry/ingest.ts';
import { isSidecar } from '#core/kinds/sidecar.ts';
import { unitName } from '#core/store/keys.ts';
import { archiveLines, isTooLongToCount, UNCOUNTED_BYTES, unpackedBytes } from './archive-lines.ts';
import { readSamples } from './inference.ts';
import { type ListedArchive, sliceArchive } from './slice-archive.ts';

const PIECE_BYTES = 8 * 2 ** 20;
const MOST_LINES = `at most ${LIMITS.lineArchiveBytes} bytes in one archive`;

export type Units = Upload['units'];
/** `sampled`: places of files, spread over the archive, whose first bytes readStart gives; undefined where they cannot be unpacked. */
export type Listing = {
  readonly archive: ListedArchive;
  readonly sampled: readonly number[];
  readonly readStart: (place: number, bytes: number) => Promise<Uint8Array | undefined>;
};
/** `listing` is there for archives. */
export type Examined = { readonly content: Content; readonly listing: Listing | undefined };
export type Examination = ({ readonly ok: true } & Examined) | { readonly ok: false; readonly issue: Issue };
export type Plan = { readonly ok: true; readonly units: Units } | { readonly ok: false; readonly issue: Issue };

type Refused = { readonly ok: false; readonly issue: Issue };

/** Detects the content of the object, independent of the dataset; archives are listed. */
export async function examine(source: Source, readRange: ReadRange): Promise<Examination> {
  if (source.size === 0) return refused('upload.empty');
  if (source.size > LIMITS.uploadBytes) return tooLarge(source.size, LIMITS.uploadBytes);
  const start = await readRange(0, Math.min(source.size, SNIFFED_BYTES) - 1);
  const content = await sniff(start, { path: source.key, size: source.size });
  if (content.family === 'other') return otherType(content, { path: source.key });
  if (content.family === 'tar') {
    const tar = await listTar({ size: source.size, gzip: isGzip(content), readRange });
    if (!tar.ok) return tar;
    const { starts } = tar;
    const positions = [...starts.keys()];
    const sampled = spread(starts.size, INFERENCE_SAMPLES).flatMap((i) => positions[i] ?? []);
    const readStart = async (place: number) => starts.get(place);
    return {
      ok: true,
      content,
      listing: { archive: { type: 'tar', gzip: isGzip(content), ...tar }, sampled, readStart },
    };
  }
  if (content.family !== 'zip') return { ok: true, content, listing: undefined };
  const archive = await readArchive(source.size, readRange);
  if (!archive.ok) return archive;
  const { files } = archive;
  const readStart = (place: number, bytes: number) => unpackStart(files[place] as ArchiveFile, readRange, bytes);
  const sampled = spread(files.length, INFERENCE_SAMPLES);
  return { ok: true, content, listing: { archive: { type: 'zip', ...archive }, sampled, readStart } };
}

/** The units of an object in a dataset of this kind. */
export async function planUnits(
  config: EffectiveConfig,
  { size, key }: Source,
  { content, listing }: Examined,
  readRange: ReadRange,
): Promise<Plan> {
  const { kind, labels } = config;
  const { content: taken, unit } = definitionOf(kind);
  const { unitEntries, ranges: rangesIn, measure: measureOf } = ingestOf(kind);
  const measure = measureOf?.(config);
  if (listing) {
    const { archive } = listing;
    const entries = unitEntries
      ? await unitEntries(archive.files.length, () => readSamples(listing), config)
      : unit.entries;
    if (measure && isTooLongToCount(archive))
      return refused('archive.too-large', `${unpackedBytes(archive)} bytes of lines or records`, MOST_LINES);
    const isApart = (path: string) => isSidecar(path, labels);
    const costs = measure && (await archiveLines({ archive, size, readRange, measure, isApart }));
    const most = { entries, bytes: unit.bytes, documents: LIMITS.textUnitDocuments };
    return { ok: true, units: sliceArchive(archive, most, costs) };
  }
  if (taken.isNote?.(key)) return refused('upload.notes', 'a note in a dataset of tables');
  if (!taken.families.includes(content.family)) return otherType(content, { path: key, kind });
  // Neither has lines of its own to cut at.
  const isWhole = content.family === 'document' || content.family === 'gzip';
  const ranges = !isWhole && (await rangesIn?.(config, { size, type: content.type }, readRange));
  if (ranges) {
    const units = ranges.map((range, i) => ({
      unit: unitName(i, ranges.length),
      slice: { type: 'range' as const, ...range },
    }));
    return { ok: true, units };
  }
  const whole = planWhole(size, unit.fileBytes);
  if (!whole.ok || !measure || size <= UNCOUNTED_BYTES || isWhole) return whole;
  const { spans } = await measure(piecesOf(size, readRange));
  if (spans.length === 0) return whole;
  const slices = spans.map((lines, i) => ({
    unit: unitName(i, spans.length),
    slice: { type: 'object' as const, lines },
  }));
  return { ok: true, units: slices };
}

async function* piecesOf(size: number, readRange: ReadRange): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += PIECE_BYTES) yield readRange(at, Math.min(size, at + PIECE_BYTES) - 1);
}

/** Plans one unit for the whole upload. */
export function planWhole(size: number, most: number = LIMITS.fileBytes): Plan {
  if (size > most) return tooLarge(size, most);
  return { ok: true, units: [{ unit: unitName(0, 1), slice: { type: 'object' } }] };
}

function isGzip({ format }: Content): boolean {
  return format === FORMATS.gzip;
}

/** Refuses the upload because of its type, with the found and the allowed types. */
export function otherType(content: Content, { path, kind }: { path: string; kind?: Kind | undefined }): Refused {
  return { ok: false, issue: { code: 'upload.type-not-allowed', place: {}, ...typeFacts(content, { path, kind }) } };
}

function tooLarge(size: number, limit: number): Refused {
  return refused('upload.too-large', `${size} bytes`, `at most ${limit} bytes`);
}

function refused(code: Issue['code'], given?: string, allowed?: string): Refused {
  return { ok: false, issue: { code, place: {}, ...(given && { given }), ...(allowed && { allowed }) } };
}
