// Compares images by their thumbnails; perceptual hashes find the candidates.
import { contentName } from '../../base/hash.ts';
import type { PartRow } from '../../base/parquet-columns.ts';
import { cropHashes } from '../../similarity/crop-hashes.ts';
import { imageFingerprint } from '../../similarity/image-fingerprint.ts';
import { LIKENESSES } from '../../similarity/likenesses.ts';
import { THUMBNAIL_BYTES } from '../../similarity/thumbnail.ts';
import { type Comparison, FEWER_FLAGS, numberOf } from '../define/comparison.ts';
import { IMAGE_MEASURES, type ImageDataset } from './definition.ts';

const MEASURES = Object.keys(IMAGE_MEASURES);

const GREY: Comparison = {
  columns: [...MEASURES, 'originalWidth', 'originalHeight', 'width', 'height', 'channels', 'bytes'],
  measures: MEASURES,
  fingerprintBytes: THUMBNAIL_BYTES,
  better: [
    { why: 'more pixels', of: ({ originalWidth, originalHeight }) => Number(originalWidth) * Number(originalHeight) },
    { why: 'sharper', of: ({ sharpness }) => Number(sharpness) },
    FEWER_FLAGS,
  ],
  content: ({ itemId }) => contentName(String(itemId)),
  repeatsByChance: false,
  measure: (row) => MEASURES.map((name) => numberOf(row[name])),
  fingerprint: ({ bytes, ...row }) => imageFingerprint(bytes as Uint8Array, shapeOf(row)),
  likeness: LIKENESSES.image,
  cropHashes,
};
const COLOUR: Comparison = { ...GREY, fingerprintBytes: 2 * THUMBNAIL_BYTES };

export function imageComparison({ image }: ImageDataset): Comparison {
  return image.channels === 3 ? COLOUR : GREY;
}

function shapeOf({ width, height, channels }: PartRow) {
  return { width: Number(width), height: Number(height), channels: Number(channels) };
}
