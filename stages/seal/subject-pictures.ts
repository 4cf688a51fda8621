// Builds the pictures of subject alignment for the quality page: crops, and the mean image of each class.
import { decodeNpy } from '#core/base/npy.ts';
import { encodePng } from '#core/pages/png.ts';
import type { Preview } from '#core/pages/quality/preview.ts';
import type { SubjectPictures } from '#core/pages/quality/subjects-section.ts';
import type { Manifest } from '#core/snapshot/messages.ts';
import type { QualityFacts, ShownSubject } from '#core/snapshot/quality/facts.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

const MOST_CLASSES = 12;
const MOST_MEAN_ITEMS = 2_000;
const NOT_THERE: Preview = { shows: 'nothing', why: 'not shown: the crop does not exist any more' };

type Images = { readonly shape: readonly number[]; readonly values: Uint8Array };

/** Returns undefined for a snapshot without alignment. */
export async function readSubjectPictures(
  data: Store,
  manifest: Manifest,
  { subjects }: QualityFacts,
): Promise<SubjectPictures | undefined> {
  if (!subjects) return undefined;
  const { dataset, snapshotId } = manifest;
  const read = async (file: string) => (await data.get(keys.snapshot(dataset, snapshotId, file)))?.body;
  const crops = new Map<string, Preview>();
  const shown = [...subjects.best, ...subjects.worst, ...subjects.lowest];
  for (const [file, members] of Map.groupBy(shown, (one) => one.file)) {
    const body = await read(file);
    if (!body) continue;
    const images = decodeNpy(body) as Images;
    for (const { row } of members) crops.set(`${file}#${row}`, imageAt(images, row));
  }
  return {
    crop: ({ file, row }: ShownSubject) => crops.get(`${file}#${row}`) ?? NOT_THERE,
    means: await meansOf(manifest, read),
  };
}

/**
 * Computes the means of the items in the first shard of the training split, which contains every class if there are enough items.
 */
async function meansOf(
  { shards, labels }: Manifest,
  read: (file: string) => Promise<Uint8Array | undefined>,
): Promise<SubjectPictures['means']> {
  const shard = shards.find(({ split }) => split === 'train');
  const fileOf = (holds: string) => shard?.files.find((file) => file.holds === holds)?.file;
  const [pixels, classes] = [fileOf('pixels'), fileOf('labels')];
  const [images, labelOf] = [pixels && (await read(pixels)), classes && (await read(classes))];
  if (!images || !labelOf) return [];
  const { shape, values } = decodeNpy(images) as Images;
  const indices = decodeNpy(labelOf).values;
  const places = [...indices.keys()].slice(0, MOST_MEAN_ITEMS);
  const members = Map.groupBy(places, (place) => indices[place] as number);
  return [...members]
    .sort(([a], [b]) => a - b)
    .slice(0, MOST_CLASSES)
    .map(([label, rows]) => ({
      label: labels[label] ?? null,
      items: rows.length,
      preview: imageAt({ shape: [1, ...shape.slice(1)], values: meanOf(values, rows, itemBytes(shape)) }, 0),
    }));
}

function meanOf(values: Uint8Array, rows: readonly number[], size: number): Uint8Array {
  const sums = new Float64Array(size);
  for (const row of rows)
    for (let i = 0; i < size; i++) sums[i] = (sums[i] as number) + (values[row * size + i] as number);
  return Uint8Array.from(sums, (sum) => Math.round(sum / rows.length));
}

function imageAt({ shape, values }: Images, row: number): Preview {
  const [, height = 0, width = 0, channels = 0] = shape;
  const size = itemBytes(shape);
  const png = encodePng({ width, height, channels, pixels: values.subarray(row * size, (row + 1) * size) });
  return { shows: 'image', uri: `data:image/png;base64,${Buffer.from(png).toString('base64')}`, width };
}

function itemBytes(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, side) => product * side, 1);
}
