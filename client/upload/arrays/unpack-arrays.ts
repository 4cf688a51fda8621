// Converts files of arrays, and bundles of files with their facts, to archives with folders named after splits and labels.
import { type Remark, remarkOn } from '#core/kinds/define/remark.ts';
import type { LocalFile } from '../collect.ts';
import { namedByLabel } from '../labelled/media-names.ts';
import { openArchiveWriter } from './archive-writer.ts';
import type { Bundle } from './bundles/bundle.ts';
import { openBundle } from './bundles/open-bundle.ts';
import { type Opened, openArray } from './open-array.ts';
import { splitOfName } from './pictures.ts';
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
  for (const file of files) {
    const bundle = await openBundle(file);
    if (bundle) {
      const [found, labels] = await writeBundle(bundle, folder);
      archives.push(...found);
      taken.add(file);
      const remark = remarkOn('layout.bundle', [file.name], `${bundle.layout}, ${labels}`);
      if (remark) remarks.push(remark);
    }
    for (const opened of await openArray(file, files)) {
      archives.push(...(await writeArchives(opened, folder)));
      for (const one of [file, ...opened.used]) taken.add(one);
      const remark = remarkOn('layout.arrays', [file.name, ...opened.used.map(({ name }) => name)], described(opened));
      if (remark) remarks.push(remark);
    }
  }
  return { files: files.filter((file) => !taken.has(file)), archives, remarks };
}

function described({ count, width, height, channels, labels, split, scaled }: Opened): string {
  const colours = channels === 1 ? 'grey' : channels === 3 ? 'colour' : 'of several channels';
  const classes = labels ? `${new Set(labels).size} labels` : 'no labels beside them';
  return [`${count} images of ${width} x ${height}, ${colours}, ${classes}`, split, scaled]
    .filter((part) => part !== undefined)
    .join('; ');
}

async function writeArchives(opened: Opened, folder: string): Promise<readonly LocalFile[]> {
  const { count, height, width, channels, values, labels, split, stem } = opened;
  const bytes = height * width * channels;
  const digits = String(count - 1).length;
  const writer = openArchiveWriter(stem, folder);
  for (let i = 0; i < count; i++) {
    const label = labels && `${labels[i]?.replaceAll('/', '-')}/`;
    const picture = `${split ? SPLIT_FOLDERS[split] : ''}${label ?? ''}${stem}-${String(i).padStart(digits, '0')}.png`;
    await writer.add(picture, writePng(values.subarray(i * bytes, (i + 1) * bytes), width, height, channels));
  }
  return writer.finish();
}

/** A split that the file's name states becomes a folder, too, so that `split: folders` is proposed. */
async function writeBundle({ stem, items }: Bundle, folder: string): Promise<[readonly LocalFile[], string]> {
  const split = splitOfName(stem);
  const labels = new Set<string>();
  let captions = 0;
  const writer = openArchiveWriter(stem, folder);
  for await (const { name, label, caption, bytes } of items) {
    if (label !== undefined) labels.add(label);
    if (caption !== undefined) captions++;
    await writer.add(`${split ? SPLIT_FOLDERS[split] : ''}${namedByLabel(name, label)}`, Buffer.from(bytes), caption);
  }
  const classes = labels.size > 0 ? `${labels.size} labels` : 'no labels';
  return [await writer.finish(), captions > 0 ? `${classes}, ${captions} captions` : classes];
}
