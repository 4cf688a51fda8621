// Photographs of one's own, for what drawn pictures do not show.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { unpackFiles } from '#core/ingest/archive/unpack.ts';
import { readArchive } from '#core/ingest/archive/zip.ts';
import { spread } from '#core/ingest/infer-dataset.ts';
import type { Raw } from './pictures.ts';

const LONGEST_SIDE = 256;

/** A zip of photographs, taken as clean. */
export function photographsGiven(): string | undefined {
  return process.env.GOLDPAN_BENCH_PHOTOGRAPHS;
}

/** `count` pictures of an archive, spread over it, by their number. */
export async function photographsOf(zip: string, count: number): Promise<(place: number) => Promise<Raw>> {
  const bytes = readFileSync(zip);
  const readRange = async (first: number, last: number) => new Uint8Array(bytes.subarray(first, last + 1));
  const archive = await readArchive(bytes.length, readRange);
  if (!archive.ok) throw new Error(`${zip}: ${archive.issue.code}`);
  const { files } = archive;
  const places = spread(files.length, count);
  return async (place) => {
    const chosen = files[places[place % places.length] as number];
    for await (const file of unpackFiles(chosen ? [chosen] : [], readRange)) {
      if (!file.ok) break;
      const { data, info } = await sharp(file.bytes)
        .resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true })
        .toColourspace('srgb')
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { pixels: new Uint8Array(data), width: info.width, height: info.height };
    }
    throw new Error(`${zip}: picture ${place} cannot be read`);
  };
}
