// Cuts photos to their common subject as a deployment does it, or to the square in their middle.

import { cutSubject } from '#core/kinds/image/align/cut-subject.ts';
import { findSubject } from '#core/kinds/image/align/find-subject.ts';
import { fitTemplate } from '#core/kinds/image/align/fit-template.ts';
import { seePhoto } from '#core/kinds/image/align/see-photo.ts';
import type { ImageConfig } from '#core/kinds/image/config.ts';
import { decodeImage, resizeImage } from '#core/kinds/image/decode.ts';
import { decodePhoto, encodePhoto } from '#core/kinds/image/photo.ts';
import { IMAGE_RULES } from '#core/kinds/image/rules.ts';
import { ALIGN_NETWORK, openFeatureMap } from '#core/model/subject-features.ts';
import { quantile, sortedNumbers } from '#core/snapshot/statistics/robust.ts';
import { readPretrainedFile } from '../../containers/trainer/features/pretrained-file.ts';

const TEMPLATE_PHOTOS = 400;

/** `id`: the hash of the file, by which photos are ordered. */
export type PhotoFile = { readonly id: string; readonly label: number; readonly bytes: Uint8Array };
export type CutPhoto = { readonly id: string; readonly label: number; readonly pixels: Uint8Array };

/** Uint8 [side, side, 3] each. What cannot be decoded is left out and, with `subject`, what does not show the common subject. */
export async function cutPhotos(
  files: readonly PhotoFile[],
  side: number,
  fit: 'subject' | 'cover',
): Promise<CutPhoto[]> {
  const config = { width: side, height: side, channels: 3, fit } as const satisfies Partial<ImageConfig>;
  const cut: CutPhoto[] = [];
  const photos: (PhotoFile & { readonly photo: Uint8Array })[] = [];
  for (const file of files) {
    const decoded = await decodeImage(file.bytes, file.id, config);
    if (!decoded.ok) continue;
    const { picture, photo } = decoded.image;
    if (photo) photos.push({ ...file, photo: await encodePhoto(photo) });
    else cut.push({ ...file, pixels: (await resizeImage(picture, config)).pixels });
  }
  return fit === 'cover' ? cut : cutToSubject(photos, config);
}

async function cutToSubject(
  photos: readonly (PhotoFile & { readonly photo: Uint8Array })[],
  config: Pick<ImageConfig, 'width' | 'height' | 'channels'>,
): Promise<CutPhoto[]> {
  const featureMap = await openFeatureMap(readPretrainedFile(ALIGN_NETWORK));
  const see = async ({ id, label, photo }: (typeof photos)[number]) =>
    seePhoto(await decodePhoto(photo), { id, label: String(label) }, featureMap);
  const seen = [];
  for (const photo of inTurn(photos).slice(0, TEMPLATE_PHOTOS)) seen.push(await see(photo));
  const template = fitTemplate(seen);
  const found = [];
  for (const photo of photos) {
    const { box, score } = findSubject(await see(photo), template);
    found.push({ ...photo, score, pixels: await cutSubject(await decodePhoto(photo.photo), box, config) });
  }
  const median = quantile(sortedNumbers(Float64Array.from(found, ({ score }) => score)), 0.5);
  const { min, minMedian } = IMAGE_RULES['image.no-common-subject'].settings;
  return median < minMedian.default ? found : found.filter(({ score }) => score >= min.default * median);
}

/** Equally many of each class in turn, by their hashes. */
function inTurn<Photo extends PhotoFile>(photos: readonly Photo[]): Photo[] {
  const classes = [...Map.groupBy(photos, ({ label }) => label).values()].map((members) =>
    members.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  );
  const longest = Math.max(...classes.map(({ length }) => length));
  return Array.from({ length: longest }, (_, rank) => classes.flatMap((members) => members[rank] ?? [])).flat();
}
