// Infers the dataset.yaml of a new dataset from the majority of its files.
import { stringify } from 'yaml';
import { SNIFFED_BYTES } from '#core/base/first-bytes.ts';
import type { Kind } from '#core/base/names.ts';
import type { ReadRange } from '#core/base/read-range.ts';
import { listTar } from '#core/ingest/archive/tar.ts';
import { unpackStart } from '#core/ingest/archive/unpack.ts';
import { readArchive } from '#core/ingest/archive/zip.ts';
import { inferDataset, spread } from '#core/ingest/infer-dataset.ts';
import { sniff } from '#core/ingest/sniff.ts';
import { withIndex } from '#core/kinds/audio/decode/containers/read-index.ts';
import type { Inferred } from '#core/kinds/config.ts';
import type { Sample } from '#core/kinds/define/cleaned.ts';
import { FORMATS } from '#core/kinds/formats/register.ts';
import { isStartTooShort } from '#core/kinds/registry/ingest.ts';
import type { Drop, LocalFile } from './collect.ts';
import { readBytes } from './read-bytes.ts';

/** More than the validate function reads: these files are on this machine. */
const SAMPLES = 1_000;
const ARCHIVE_SAMPLES = 64;
/** Bytes to read: the size of a JPEG can follow its thumbnail. */
const LONG_BYTES = 256 * 1024;
/** A single file decides for all that follow, so more of it is read. */
const LONE_BYTES = 64 * 1024;

type ReadStart = (bytes: number) => Promise<Uint8Array | undefined>;

/** Returns undefined when none of the files is of a supported kind. */
export async function proposeConfig(drops: readonly Drop[]): Promise<string | undefined> {
  const inferred = await inferLocally(drops.flatMap((drop) => (drop.type === 'file' ? [drop.file] : drop.files)));
  return inferred && stringify(inferred, { flowCollectionPadding: false });
}

/** Reads archives, too. `stated`: the kind that a dataset.yaml names; other files are then ignored. */
export async function inferLocally(files: readonly LocalFile[], stated?: Kind): Promise<Inferred | undefined> {
  const sampled = spread(files.length, SAMPLES).map((i) => files[i] as LocalFile);
  const wanted = files.length === 1 ? LONE_BYTES : SNIFFED_BYTES;
  const samples: Sample[] = [];
  const paths: string[] = [];
  for (const file of sampled) {
    const readStart: ReadStart = async (bytes) => readBytes(file.path, 0, Math.min(bytes, file.size));
    const start = await readEnough(readStart, wanted);
    if (!start || start.length === 0) continue;
    const { family, format } = await sniff(start, { path: file.name, size: file.size });
    if (family === 'zip' || family === 'tar') {
      const inside = family === 'zip' ? await lookIntoZip(file) : await lookIntoTar(file, format === FORMATS.gzip);
      samples.push(...inside.samples);
      paths.push(...inside.paths);
    } else {
      const { name, size } = file;
      samples.push({ path: name, start: await withIndex(start, size, rangesOf(file.path)), size });
      paths.push(file.name);
    }
  }
  return inferDataset(samples, paths, stated);
}

type Inside = { readonly samples: Sample[]; readonly paths: string[] };

async function lookIntoTar({ path, size }: LocalFile, gzip: boolean): Promise<Inside> {
  const tar = await listTar({ size, gzip, readRange: rangesOf(path) });
  if (!tar.ok) return { samples: [], paths: [] };
  const samples = [...tar.starts].flatMap(([place, start]) => {
    const file = tar.files[place];
    return file ? [{ path: file.path, start, size: file.unpackedBytes }] : [];
  });
  return { samples, paths: tar.files.map((file) => file.path) };
}

async function lookIntoZip({ path, size }: LocalFile): Promise<Inside> {
  const readRange = rangesOf(path);
  const archive = await readArchive(size, readRange);
  if (!archive.ok) return { samples: [], paths: [] };
  const { files } = archive;
  const samples: Sample[] = [];
  for (const i of spread(files.length, ARCHIVE_SAMPLES)) {
    const file = files[i] as (typeof files)[number];
    const start = await readEnough((bytes) => unpackStart(file, readRange, bytes), SNIFFED_BYTES);
    if (start) samples.push({ path: file.path, start, size: file.unpackedBytes });
  }
  return { samples, paths: files.map((file) => file.path) };
}

function rangesOf(path: string): ReadRange {
  return async (first, last) => readBytes(path, first, last - first + 1);
}

async function readEnough(readStart: ReadStart, bytes: number): Promise<Uint8Array | undefined> {
  const start = await readStart(bytes);
  return start && isStartTooShort(start) ? readStart(LONG_BYTES) : start;
}
