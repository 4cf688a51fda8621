// Opens a file of arrays: IDX (MNIST), CIFAR batches, STL-10, and NumPy's .npy and .npz, with the labels stored beside the images.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackStart } from '#core/ingest/archive/unpack.ts';
import { readArchive } from '#core/ingest/archive/zip.ts';
import { ClientFailure } from '../../failure.ts';
import type { LocalFile } from '../collect.ts';
import { readBytes } from '../read-bytes.ts';
import { type Pictures, pictureShapeOf, pixelByPixel, splitOfName } from './pictures.ts';
import { cifarVariantOf, readCifar } from './read-cifar.ts';
import { readIdx } from './read-idx.ts';
import { labelsOfNumpy, type NumpyArray, picturesOfNumpy, readNumpy } from './read-npy.ts';
import { isStl, readStl, stlLabelsName } from './read-stl.ts';

const IDX = /(ubyte|\.idx\d?)(\.gz)?$/i;
const GZIP = /\.gz$/i;
/** Node reads no larger file at once. */
const LARGEST_BYTES = 2 ** 31 - 1;

/** One array of images. `stem`: prefix of the images' names. `used`: other files whose content is included. */
export type Opened = Pictures & { readonly stem: string; readonly used: readonly LocalFile[] };

/** Nothing for a file that holds no pictures: it is left as it is. Throws ClientFailure for pictures that cannot be read for sure. */
export async function openArray(file: LocalFile, all: readonly LocalFile[]): Promise<readonly Opened[]> {
  if (file.size === 0 || file.size > LARGEST_BYTES) return [];
  if (IDX.test(file.name)) return openIdx(file, all);
  if (isStl(file.name, file.size)) return openStl(file, all);
  if (/\.bin$/i.test(file.name)) return openCifar(file, all);
  if (/\.npy$/i.test(file.name)) return openNumpy(file, all);
  return /\.npz$/i.test(file.name) ? openNpz(file) : [];
}

function openIdx(file: LocalFile, all: readonly LocalFile[]): Opened[] {
  const idx = idxIn(file);
  const shape = idx && pictureShapeOf(idx.shape);
  if (!shape) return [];
  const wanted = labelName(plain(file.name)).replace(/idx\d/i, 'idx1');
  const beside = all.find((other) => other !== file && plain(other.name).toLowerCase() === wanted.toLowerCase());
  const labels = beside && idxIn(beside);
  const isColumn = beside !== undefined && labels?.shape.length === 1;
  if (isColumn && labels.values.length !== shape.count)
    throw mismatch(file, beside.name, labels.values.length, shape.count);
  const stem = stemOf(plain(file.name));
  return [
    {
      ...shape,
      values: pixelByPixel(idx.values, shape),
      labels: isColumn ? Array.from(labels.values, String) : undefined,
      split: splitOfName(stem),
      stem,
      used: [...(isColumn ? [beside] : []), ...all.filter(({ name }) => isMappingOf(name, plain(file.name)))],
    },
  ];
}

/** `emnist-letters-mapping.txt` beside `emnist-letters-train-images-idx3-ubyte`: the codes of the letters, which are not read. */
function isMappingOf(name: string, images: string): boolean {
  const [, start] = /^(.*-)mapping\.txt$/i.exec(name) ?? [];
  return start !== undefined && images.startsWith(start);
}

function idxIn(file: LocalFile) {
  try {
    const bytes = readFileSync(file.path);
    return readIdx(GZIP.test(file.name) ? gunzipSync(bytes, { maxOutputLength: LARGEST_BYTES }) : bytes);
  } catch {
    return undefined;
  }
}

function openCifar(file: LocalFile, all: readonly LocalFile[]): Opened[] {
  const name = posix.basename(file.name);
  const variant = cifarVariantOf(name, file.size);
  if (!variant) return [];
  const folder = posix.dirname(file.name);
  const names = all.find((other) => other.name === posix.join(folder, variant.names));
  const pictures = readCifar(name, readFileSync(file.path), variant, names && readFileSync(names.path, 'utf8'));
  // The groups of the classes are not read.
  const groups = all.find((other) => other.name === posix.join(folder, 'coarse_label_names.txt'));
  return pictures
    ? [{ ...pictures, stem: stemOf(file.name), used: [names, groups].filter((one) => one !== undefined) }]
    : [];
}

function openStl(file: LocalFile, all: readonly LocalFile[]): Opened[] {
  const beside = all.find(({ name }) => name === stlLabelsName(file.name));
  const names = all.find(({ name }) => name === posix.join(posix.dirname(file.name), 'class_names.txt'));
  const labels = beside && readFileSync(beside.path);
  const pictures = readStl(file.name, readFileSync(file.path), labels, names && readFileSync(names.path, 'utf8'));
  if (beside && labels?.length !== pictures.count)
    throw mismatch(file, beside.name, labels?.length ?? 0, pictures.count);
  return [{ ...pictures, stem: stemOf(file.name), used: [beside, names].filter((one) => one !== undefined) }];
}

function openNumpy(file: LocalFile, all: readonly LocalFile[]): Opened[] {
  const array = readNumpy(readFileSync(file.path));
  const pictures = array && pictured(file, array);
  if (!pictures) return [];
  const wanted = labelName(file.name).toLowerCase();
  const beside = all.find((other) => other !== file && other.name.toLowerCase() === wanted);
  const labels = beside && readNumpy(readFileSync(beside.path));
  const stem = stemOf(file.name);
  const named = labels && labelsFor(file, beside.name, labels, pictures.count);
  return [{ ...pictures, labels: named, split: splitOfName(stem), stem, used: named && beside ? [beside] : [] }];
}

/** Arrays are read one by one, each by its name within the archive. */
async function openNpz(file: LocalFile): Promise<Opened[]> {
  const readRange = async (first: number, last: number) => readBytes(file.path, first, last - first + 1);
  const archive = await readArchive(file.size, readRange);
  if (!archive.ok) return [];
  const arrays = new Map<string, NumpyArray>();
  for (const entry of archive.files) {
    const bytes = await unpackStart(entry, readRange, entry.packedBytes);
    const array = bytes?.length === entry.unpackedBytes ? readNumpy(bytes) : undefined;
    if (array) arrays.set(stemOf(entry.path), array);
  }
  const found: Opened[] = [];
  for (const [name, array] of arrays) {
    const pictures = pictured(file, array);
    if (!pictures) continue;
    const wanted = [labelName(name), 'labels', 'label', 'y', 'targets'].map((one) => one.toLowerCase());
    const beside = [...arrays.keys()]
      .filter((other) => other !== name && wanted.includes(other.toLowerCase()))
      .sort((a, b) => wanted.indexOf(a.toLowerCase()) - wanted.indexOf(b.toLowerCase()))[0];
    const labels = beside && labelsFor(file, beside, arrays.get(beside) as NumpyArray, pictures.count);
    found.push({
      ...pictures,
      labels: labels || undefined,
      split: splitOfName(name) ?? splitOfName(stemOf(file.name)),
      stem: `${stemOf(file.name)}-${name}`,
      used: [],
    });
  }
  return found;
}

function pictured(file: LocalFile, array: NumpyArray): Pictures | undefined {
  const pictures = picturesOfNumpy(array);
  if (typeof pictures !== 'string') return pictures;
  throw new ClientFailure(
    `${file.path} is an array of ${array.shape.join(' x ')}, but its numbers are no pixels: ${pictures}.`,
    {
      next: 'Write whole numbers from 0 to 255, or numbers from 0 to 1, in Python: numpy.save("pictures.npy", x.astype("uint8"))',
    },
  );
}

function labelsFor(file: LocalFile, name: string, array: NumpyArray, count: number): readonly string[] | undefined {
  if (array.shape.length === 1 && array.length !== count) throw mismatch(file, name, array.length, count);
  return labelsOfNumpy(array, count);
}

function mismatch(file: LocalFile, name: string, labels: number, count: number): ClientFailure {
  return new ClientFailure(`${file.path} has ${count} pictures, but ${name} has ${labels} labels.`, {
    next: 'Get both files again, or leave the labels out.',
  });
}

/** images becomes labels, x becomes y: train-images and train-labels, x_train and y_train. */
function labelName(name: string): string {
  const changed = name.replace(/images?(?=[^/]*$)/i, 'labels');
  return changed === name ? name.replace(/(^|[/_-])x(?=[._-]|$)/i, '$1y') : changed;
}

function plain(name: string): string {
  return name.replace(GZIP, '');
}

function stemOf(name: string): string {
  return name.replace(/\.(npy|npz|bin|idx\d?)$/i, '').replaceAll('/', '-');
}
