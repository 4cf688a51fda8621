// A part of images: the clean items of one unit as Parquet, which DuckDB and everything else reads.

import { encodeColumns, type PartColumn, type PartColumns } from '../../base/parquet-columns.ts';
import { type CommonItem, FIRST_COLUMNS, LAST_COLUMNS } from '../define/part-columns.ts';
import { IMAGE_MEASURES } from './definition.ts';
import type { ImageMeasures } from './measure.ts';

/** One clean image. `bytes`: raw uint8 [height, width, channels]. Equal items have equal pixels and shape. */
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
  };

const { aspect: _aspect, ...MEASURED } = IMAGE_MEASURES;
const MEASURE_COLUMNS = Object.fromEntries(
  Object.keys(MEASURED).map((name) => [name, { type: 'FLOAT' } as const]),
) as Record<keyof ImageMeasures, PartColumn>;

const COLUMNS: PartColumns<ImageItem> = {
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
export const IMAGE_COLUMNS = Object.keys(COLUMNS) as readonly (keyof ImageItem)[];

/** Rows keep the order of `items`. */
export function encodeImagePart(items: readonly ImageItem[]): Uint8Array {
  return encodeColumns(COLUMNS, items);
}
