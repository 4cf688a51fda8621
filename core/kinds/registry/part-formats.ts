// How the parts of each kind are written again, where the columns are the same in every part; loaded only by what rolls up parts.
import type { Kind } from '../../base/names.ts';
import type { PartRow } from '../../base/parquet-columns.ts';
import { AUDIO_COLUMNS, encodeAudioPart } from '../audio/part.ts';
import { encodeImagePart, IMAGE_COLUMNS } from '../image/part.ts';
import { encodeTextPart, TEXT_COLUMNS } from '../text/part.ts';

export type PartFormat = {
  readonly columns: readonly string[];
  /** `rows` must have all columns. */
  encode(rows: readonly PartRow[]): Uint8Array;
};

const PART_FORMATS: Readonly<Record<Kind, PartFormat | undefined>> = {
  image: { columns: IMAGE_COLUMNS, encode: encodeImagePart },
  text: { columns: TEXT_COLUMNS, encode: encodeTextPart },
  audio: { columns: AUDIO_COLUMNS, encode: encodeAudioPart },
  // A table is one part however large, with columns of its own.
  table: undefined,
};

export function partFormatOf(kind: Kind): PartFormat | undefined {
  return PART_FORMATS[kind];
}
