// Reads the uploaded file of an item: the object itself, or its entry in an archive.
import { SNIFFED_BYTES } from '#core/base/first-bytes.ts';
import type { ReadRange } from '#core/base/read-range.ts';
import { listTar, unpackTar } from '#core/ingest/archive/tar.ts';
import { unpackFiles } from '#core/ingest/archive/unpack.ts';
import { readArchive } from '#core/ingest/archive/zip.ts';
import { sniff } from '#core/ingest/sniff.ts';
import { FORMATS } from '#core/kinds/formats/register.ts';
import { dropKey } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

type Item = { readonly source: string; readonly file: string };

/** Reads the current version. Returns undefined if the upload was deleted, or no longer contains the file. */
export async function originalFile(
  drop: Store,
  dataset: string,
  { source, file }: Item,
): Promise<Uint8Array | undefined> {
  if (source === dropKey(dataset, file)) return (await drop.get(source))?.body;
  const size = (await drop.head(source))?.size;
  if (!size) return undefined;
  const readRange: ReadRange = async (first, last) => {
    const object = await drop.get(source, { range: { first, last } });
    if (!object) throw new Error(`${source} was deleted while it was read`);
    return object.body;
  };
  const start = await readRange(0, Math.min(SNIFFED_BYTES, size) - 1);
  const { family, format } = await sniff(start, { path: source, size });
  if (family === 'zip') return fromZip(size, readRange, file);
  return family === 'tar' ? fromTar({ size, gzip: format === FORMATS.gzip, readRange }, file) : undefined;
}

async function fromZip(size: number, readRange: ReadRange, path: string): Promise<Uint8Array | undefined> {
  const archive = await readArchive(size, readRange);
  const entry = archive.ok ? archive.files.find((file) => file.path === path) : undefined;
  if (!entry) return undefined;
  for await (const file of unpackFiles([entry], readRange)) return file.ok ? file.bytes : undefined;
  return undefined;
}

async function fromTar(tar: Parameters<typeof listTar>[0], path: string): Promise<Uint8Array | undefined> {
  const listing = await listTar(tar);
  const entry = listing.ok ? listing.files.find((file) => file.path === path) : undefined;
  if (!listing.ok || !entry) return undefined;
  const stretch = { first: entry.position, count: 1, nameEncoding: listing.nameEncoding };
  for await (const { bytes } of unpackTar(tar, stretch)) return bytes;
  return undefined;
}
