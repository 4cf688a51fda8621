// Cleans every image of a folder in the same way as the cleaning function, and encodes a part.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { DatasetFile, effectiveConfig } from '#core/kinds/config.ts';
import { cleanImage } from '#core/kinds/image/clean.ts';
import type { ImageDataset } from '#core/kinds/image/definition.ts';
import { encodeImagePart, type ImageItem } from '#core/kinds/image/part.ts';
import { answer, folderOfPictures } from './contest.ts';

const AT_ONCE = 4;
const folder = folderOfPictures();
const names = readdirSync(folder).sort();
const file = DatasetFile.parse({ kind: 'image', image: { width: 64, height: 64, channels: 3 } });
const config = effectiveConfig(file, undefined) as ImageDataset;

answer(async () => {
  const items: ImageItem[] = [];
  const before = process.cpuUsage();
  const startedMs = performance.now();
  for (let first = 0; first < names.length; first += AT_ONCE) {
    const batch = names.slice(first, first + AT_ONCE).map((path) => {
      const bytes = new Uint8Array(readFileSync(join(folder, path)));
      return cleanImage({ path, ok: true, bytes }, config, 'bench');
    });
    for (const cleaned of await Promise.all(batch)) if (cleaned.accepted) items.push(cleaned.item);
  }
  encodeImagePart(items);
  const wallSeconds = (performance.now() - startedMs) / 1e3;
  const { user, system } = process.cpuUsage(before);
  if (items.length !== names.length) throw new Error(`${names.length - items.length} pictures were rejected`);
  return {
    itemsPerSecond: names.length / wallSeconds,
    itemsPerCpuSecond: names.length / ((user + system) / 1e6),
    version: sharp.versions.sharp ?? '',
  };
});
