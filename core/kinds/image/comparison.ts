// How images are compared: by thumbnails, which perceptual hashes find.
import type { PartRow } from '../../base/parquet-columns.ts';
import { cutNames, lookName } from '../../similarity/crop-hashes.ts';
import { LOOK_BYTES, leastLookOf, lookOf } from '../../similarity/thumbnail.ts';
import { lookLikeness } from '../../similarity/thumbnail-similarity.ts';
import { type Comparison, FEWER_FLAGS, numberOf } from '../define/comparison.ts';
import { IMAGE_MEASURES, type ImageDataset } from './definition.ts';

const MEASURES = Object.keys(IMAGE_MEASURES);

const GREY: Comparison = {
  columns: [...MEASURES, 'originalWidth', 'originalHeight', 'width', 'height', 'channels', 'bytes'],
  measures: MEASURES,
  printBytes: LOOK_BYTES,
  better: [
    { why: 'more pixels', of: ({ originalWidth, originalHeight }) => Number(originalWidth) * Number(originalHeight) },
    { why: 'sharper', of: ({ sharpness }) => Number(sharpness) },
    FEWER_FLAGS,
  ],
  measure: (row) => MEASURES.map((name) => numberOf(row[name])),
  print: ({ bytes, ...row }) => {
    const print = lookOf(bytes as Uint8Array, shapeOf(row));
    return { name: lookName(print), print };
  },
  likeness: lookLikeness,
  cuts: cutNames,
};
const COLOUR: Comparison = {
  ...GREY,
  printBytes: 2 * LOOK_BYTES,
  print: ({ bytes, ...row }) => {
    const shape = shapeOf(row);
    const look = lookOf(bytes as Uint8Array, shape);
    const print = new Uint8Array(2 * LOOK_BYTES);
    print.set(look);
    print.set(leastLookOf(bytes as Uint8Array, shape), LOOK_BYTES);
    return { name: lookName(look), print };
  },
};

export function imageComparison({ image }: ImageDataset): Comparison {
  return image.channels === 3 ? COLOUR : GREY;
}

function shapeOf({ width, height, channels }: PartRow) {
  return { width: Number(width), height: Number(height), channels: Number(channels) };
}
