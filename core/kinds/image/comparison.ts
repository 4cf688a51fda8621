// Compares images by their thumbnails; perceptual hashes find the candidates.
import type { PartRow } from '../../base/parquet-columns.ts';
import { cropHashes, thumbnailHash } from '../../similarity/crop-hashes.ts';
import { smallestChannelThumbnail, THUMBNAIL_BYTES, thumbnailOf } from '../../similarity/thumbnail.ts';
import { thumbnailSimilarity } from '../../similarity/thumbnail-similarity.ts';
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
  measure: (row) => MEASURES.map((name) => numberOf(row[name])),
  fingerprint: ({ bytes, ...row }) => {
    const fingerprint = thumbnailOf(bytes as Uint8Array, shapeOf(row));
    return { hash: thumbnailHash(fingerprint), fingerprint };
  },
  likeness: thumbnailSimilarity,
  cropHashes,
};
const COLOUR: Comparison = {
  ...GREY,
  fingerprintBytes: 2 * THUMBNAIL_BYTES,
  fingerprint: ({ bytes, ...row }) => {
    const shape = shapeOf(row);
    const thumbnail = thumbnailOf(bytes as Uint8Array, shape);
    const fingerprint = new Uint8Array(2 * THUMBNAIL_BYTES);
    fingerprint.set(thumbnail);
    fingerprint.set(smallestChannelThumbnail(bytes as Uint8Array, shape), THUMBNAIL_BYTES);
    return { hash: thumbnailHash(thumbnail), fingerprint };
  },
};

export function imageComparison({ image }: ImageDataset): Comparison {
  return image.channels === 3 ? COLOUR : GREY;
}

function shapeOf({ width, height, channels }: PartRow) {
  return { width: Number(width), height: Number(height), channels: Number(channels) };
}
