// A part of images: the clean items of one unit as Parquet, which DuckDB and everything else reads.

import { encodeColumns, type PartColumns } from '../../base/parquet-columns.ts';
import type { IssueCode } from '../issues.ts';
import type { ImageMeasures } from './measure.ts';

/** One clean item. `bytes`: raw uint8 [height, width, channels]. */
export type Item = ImageMeasures & {
  /** SHA-256 of the pixels and their shape. */
  readonly itemId: string;
  /** Within the dataset or the archive. */
  readonly path: string;
  readonly label: string | null;
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly originalWidth: number;
  readonly originalHeight: number;
  readonly aspect: number;
  /** 64 bits: core/image/phash.ts. */
  readonly phash: bigint;
  readonly flags: readonly IssueCode[];
  readonly fixes: readonly string[];
  readonly license: string | null;
  /** Key in the drop bucket. */
  readonly source: string;
};
type Column = keyof Item;

const COLUMNS: PartColumns<Item> = {
  itemId: { type: 'STRING', distinct: true },
  path: { type: 'STRING', distinct: true },
  label: { type: 'STRING', nullable: true },
  bytes: { type: 'BYTE_ARRAY', distinct: true, dense: true },
  width: { type: 'INT32' },
  height: { type: 'INT32' },
  channels: { type: 'INT32' },
  originalWidth: { type: 'INT32' },
  originalHeight: { type: 'INT32' },
  aspect: { type: 'FLOAT' },
  brightness: { type: 'FLOAT' },
  contrast: { type: 'FLOAT' },
  sharpness: { type: 'FLOAT' },
  entropy: { type: 'FLOAT' },
  colourfulness: { type: 'FLOAT' },
  uniformity: { type: 'FLOAT' },
  noise: { type: 'FLOAT' },
  phash: { type: 'UINT64' },
  flags: { type: 'JSON' },
  fixes: { type: 'JSON' },
  license: { type: 'STRING', nullable: true },
  source: { type: 'STRING' },
};
export const PART_COLUMNS = Object.keys(COLUMNS) as Column[];

/** Rows keep the order of `items`. */
export function encodePart(items: readonly Item[]): Uint8Array {
  return encodeColumns(COLUMNS, items);
}
