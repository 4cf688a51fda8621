// A part of images: the clean items of one unit as Parquet, which DuckDB and everything else reads.

import { encodeColumns, type PartColumn, type PartColumns } from '../../base/parquet-columns.ts';
import { type CommonItem, FIRST_COLUMNS, LAST_COLUMNS } from '../define/part-columns.ts';
import { IMAGE_MEASURES, type ImageDataset } from './definition.ts';
import type { ImageMeasures } from './measure.ts';

/** A clean image. `bytes`: raw uint8 [height, width, channels]. Equal items have equal pixels and shape. */
export type ImageItem = CommonItem &
  ImageMeasures & {
    readonly bytes: Uint8Array;
    readonly width: number;
    readonly height: number;
    readonly channels: number;
    readonly originalWidth: number;
    readonly originalHeight: number;
    readonly aspect: number;
    /** 64 bits: core/similarity/perceptual-hash.ts. */
    readonly phash: bigint;
    /** The larger picture as JPEG (photo.ts); for `fit: subject` only. */
    readonly photo?: Uint8Array;
  };

const { aspect: _aspect, ...MEASURED } = IMAGE_MEASURES;
const MEASURE_COLUMNS = Object.fromEntries(
  Object.keys(MEASURED).map((name) => [name, { type: 'FLOAT' } as const]),
) as Record<keyof ImageMeasures, PartColumn>;

const COLUMNS: PartColumns<Omit<ImageItem, 'photo'>> = {
  ...FIRST_COLUMNS,
  bytes: { type: 'BYTE_ARRAY', distinct: true, dense: true },
  width: { type: 'INT32' },
  height: { type: 'INT32' },
  channels: { type: 'INT32' },
  originalWidth: { type: 'INT32' },
  originalHeight: { type: 'INT32' },
  aspect: { type: 'FLOAT' },
  ...MEASURE_COLUMNS,
  phash: { type: 'UINT64' },
  ...LAST_COLUMNS,
};
const COLUMNS_WITH_PHOTO: PartColumns<Required<ImageItem>> = {
  ...COLUMNS,
  photo: { type: 'BYTE_ARRAY', distinct: true, dense: true },
};

export const IMAGE_COLUMNS = Object.keys(COLUMNS) as readonly (keyof ImageItem)[];

/** Returns the names of the columns of a part; all parts of one configuration have the same. */
export function imageColumns({ image }: Pick<ImageDataset, 'image'>): readonly (keyof ImageItem)[] {
  return image.fit === 'subject' ? [...IMAGE_COLUMNS, 'photo'] : IMAGE_COLUMNS;
}

/** Encodes a part with photos if its items have them. Rows keep the order of `items`. */
export function encodeImagePart(items: readonly ImageItem[]): Uint8Array {
  return isWithPhotos(items) ? encodeColumns(COLUMNS_WITH_PHOTO, items) : encodeColumns(COLUMNS, items);
}

function isWithPhotos(items: readonly ImageItem[]): items is readonly Required<ImageItem>[] {
  return items.some(({ photo }) => photo !== undefined);
}
