// Converts files of arrays to archives of PNG images, in folders named after splits and labels, which the rest of goldpan reads.
import { createWriteStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { type Remark, remarkOn } from '#core/kinds/define/remark.ts';
import { ARCHIVE_BYTES, ARCHIVE_ENTRIES, type LocalFile } from '../collect.ts';
import { addEntry } from '../pack-folder.ts';
import { type Opened, openArray } from './open-array.ts';
import { writePng } from './write-png.ts';

/** `files`: the unchanged files without arrays of images. `archives`: in the given folder. */
export type UnpackedArrays = {
  readonly files: readonly LocalFile[];
  readonly archives: readonly LocalFile[];
  readonly remarks: readonly Remark[];
};

const SPLIT_FOLDERS = { train: 'train/', validation: 'val/', test: 'test/' } as const;

/** Writes the archives into the folder. Every pixel is kept. The same files give the same archives, byte for byte. */
export async function unpackArrays(files: readonly LocalFile[], folder: string): Promise<UnpackedArrays> {
  const archives: LocalFile[] = [];
  const remarks: Remark[] = [];
  const taken = new Set<LocalFile>();
  for (const file of files)
    for (const opened of await openArray(file, files)) {
      archives.push(...(await writeArchives(opened, folder)));
      for (const one of [file, ...opened.used]) taken.add(one);
      const remark = remarkOn('layout.arrays', [file.name, ...opened.used.map(({ name }) => name)], told(opened));
      if (remark) remarks.push(remark);
    }
  return { files: files.filter((file) => !taken.has(file)), archives, remarks };
}

function told({ count, width, height, channels, labels, split, scaled }: Opened): string {
  const colours = channels === 1 ? 'grey' : channels === 3 ? 'colour' : 'of several channels';
  const classes = labels ? `${new Set(labels).size} labels` : 'no labels beside them';
  return [`${count} images of ${width} x ${height}, ${colours}, ${classes}`, split, scaled]
    .filter((part) => part !== undefined)
    .join('; ');
}

async function writeArchives(opened: Opened, folder: string): Promise<LocalFile[]> {
  const { count, height, width, channels, values, labels, split, stem } = opened;
  const bytes = height * width * channels;
  const most = Math.max(1, Math.min(ARCHIVE_ENTRIES, Math.floor(ARCHIVE_BYTES / bytes)));
  const digits = String(count - 1).length;
  const archives: LocalFile[] = [];
  for (let first = 0; first < count; first += most) {
    const name = first === 0 ? `${stem}.zip` : `${stem}.${first / most + 1}.zip`;
    const path = join(folder, name);
    const zip = new ZipFile();
    const written = finished(zip.outputStream.pipe(createWriteStream(path)));
    for (let i = first; i < Math.min(count, first + most); i++) {
      const label = labels && `${labels[i]?.replaceAll('/', '-')}/`;
      const picture = `${split ? SPLIT_FOLDERS[split] : ''}${label ?? ''}${stem}-${String(i).padStart(digits, '0')}.png`;
      addEntry(zip, picture, writePng(values.subarray(i * bytes, (i + 1) * bytes), width, height, channels));
    }
    zip.end();
    await written;
    archives.push({ path, name, size: statSync(path).size });
  }
  return archives;
}
