// Measures subject alignment on a folder of photos with one sub-folder per class: how much more similar the crops of a class are than
// centre crops, and the CPU time. GOLDPAN_PHOTOS=<folder> npm run bench -- align-photos
import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import { cutSubject } from '#core/kinds/image/align/cut-subject.ts';
import { findSubject } from '#core/kinds/image/align/find-subject.ts';
import { fitTemplate } from '#core/kinds/image/align/fit-template.ts';
import { seePhoto } from '#core/kinds/image/align/see-photo.ts';
import type { RawImage } from '#core/kinds/image/measure.ts';
import { decodePhoto } from '#core/kinds/image/photo.ts';
import { ALIGN_NETWORK, openFeatureMap } from '#core/model/subject-features.ts';
import { readPretrainedFile } from '../containers/trainer/features/pretrained-file.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter } from './benchmark.ts';

const PIXELS = 64;
const SHAPE = { width: PIXELS, height: PIXELS, channels: 3 } as const;
const MOST_PHOTOS = Number(process.env.GOLDPAN_PHOTOS_COUNT ?? 400);
const PICTURE = join(import.meta.dirname, '../.goldpan/bench/align-photos.png');
const ACROSS = 20;
/** Goal: milliseconds of CPU time per photo. */
const BUDGET_MS = 150;

export const alignPhotos: Benchmark = {
  sentence:
    'photos cut to their common subject beside centre crops: likeness within a class, CPU time (needs GOLDPAN_PHOTOS)',
  async run() {
    const folder = process.env.GOLDPAN_PHOTOS;
    if (!folder) throw new Error('set GOLDPAN_PHOTOS to a folder of photos with one sub-folder a class');
    const all = globSync('**/*.{jpg,jpeg,png,JPG}', { cwd: folder }).sort();
    const count = Math.min(MOST_PHOTOS, all.length);
    const chosen = Array.from({ length: count }, (_, i) =>
      join(folder, all[Math.floor((i * all.length) / count)] as string),
    );
    const files = await readable(chosen);
    console.error(`${files.length} of ${chosen.length} files are readable photos`);
    const before = process.cpuUsage();
    const featureMap = await openFeatureMap(readPretrainedFile(ALIGN_NETWORK));
    const pictures: RawImage[] = [];
    const photos = [];
    for (const file of files) {
      const picture = await decodePhoto(await sharp(readFileSync(file)).rotate().jpeg({ quality: 95 }).toBuffer());
      pictures.push(picture);
      photos.push(await seePhoto(picture, { id: file, label: basename(dirname(file)) }, featureMap));
    }
    const template = fitTemplate(photos);
    const found = photos.map((photo) => findSubject(photo, template));
    const { user, system } = process.cpuUsage(before);
    const centre = photos.map(({ width, height }) => ({
      centreX: width / 2,
      centreY: height / 2,
      side: Math.min(width, height),
    }));
    const [aligned, plain] = [
      await Promise.all(found.map(({ box }, i) => cutSubject(pictures[i] as RawImage, box, SHAPE))),
      await Promise.all(centre.map((box, i) => cutSubject(pictures[i] as RawImage, box, SHAPE))),
    ];
    const labels = photos.map(({ label }) => label ?? '');
    await draw(
      aligned,
      found.map(({ score }) => score),
    );
    return {
      versions: { photos: String(files.length) },
      rows: [
        higherIsBetter({
          metric: 'share of a class’s variance that its mean image explains',
          unit: 'share',
          ours: explainedByMean(aligned, labels),
          peer: explainedByMean(plain, labels),
          peerName: 'centre crop',
          goal: 1.5,
        }),
        lowerIsBetter({
          metric: 'CPU time a photo: features, template, search',
          unit: 'ms',
          ours: (user + system) / 1000 / files.length,
          peer: BUDGET_MS,
          peerName: 'budget',
          goal: 1,
        }),
      ],
    };
  },
};

async function readable(files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    files.map((file) =>
      sharp(readFileSync(file))
        .stats()
        .then(
          () => true,
          () => false,
        ),
    ),
  );
  return files.filter((_, i) => found[i]);
}

/** Variance of the classes' mean images over positions, as a share of the mean variance of single images. */
function explainedByMean(images: readonly Uint8Array[], labels: readonly string[]): number {
  const shares = [...Map.groupBy(images, (_, i) => labels[i])].map(([, members]) => {
    const mean = Float64Array.from({ length: members[0]?.length ?? 0 }, (_, at) => {
      return members.reduce((sum, image) => sum + (image[at] as number), 0) / members.length;
    });
    return variance(mean) / (members.reduce((sum, image) => sum + variance(image), 0) / members.length);
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function variance(values: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i] as number;
    squares += (values[i] as number) ** 2;
  }
  return squares / values.length - (sum / values.length) ** 2;
}

/** Writes the crops, best score first; the last rows show photos without the common subject. */
async function draw(images: readonly Uint8Array[], scores: readonly number[]): Promise<void> {
  const order = [...scores.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const tiles = order.map((i, at) => ({
    input: Buffer.from(images[i] as Uint8Array),
    raw: { width: PIXELS, height: PIXELS, channels: 3 as const },
    left: (at % ACROSS) * PIXELS,
    top: Math.floor(at / ACROSS) * PIXELS,
  }));
  const height = Math.ceil(order.length / ACROSS) * PIXELS;
  mkdirSync(dirname(PICTURE), { recursive: true });
  await sharp({ create: { width: ACROSS * PIXELS, height, channels: 3, background: 'white' } })
    .composite(tiles)
    .png()
    .toFile(PICTURE);
  console.error(`crops, best score first: ${PICTURE}`);
}
