// The part formats of kinds whose parts all have the same columns; only loaded when parts are rolled up.
import type { Kind } from '../../base/names.ts';
import type { PartRow } from '../../base/parquet-columns.ts';
import { AUDIO_COLUMNS, encodeAudioPart } from '../audio/part.ts';
import type { EffectiveConfig } from '../config.ts';
import type { ImageDataset } from '../image/definition.ts';
import { encodeImagePart, imageColumns } from '../image/part.ts';
import type { TextDataset } from '../text/definition.ts';
import { encodeTextPart, textColumns } from '../text/part.ts';

export type PartFormat = {
  readonly columns: readonly string[];
  /** `rows` must have all columns. */
  encode(rows: readonly PartRow[]): Uint8Array;
};

type Formats = { of(config: EffectiveConfig): PartFormat | undefined };

const PART_FORMATS: Readonly<Record<Kind, Formats>> = {
  image: { of: (config: ImageDataset) => ({ columns: imageColumns(config), encode: encodeImagePart }) },
  text: { of: (config: TextDataset) => ({ columns: textColumns(config), encode: encodeTextPart }) },
  audio: { of: () => ({ columns: AUDIO_COLUMNS, encode: encodeAudioPart }) },
  // A table is one part however large, with columns of its own.
  table: { of: () => undefined },
};

/** Returns undefined if parts of this kind are not written again. */
export function partFormatOf(config: EffectiveConfig): PartFormat | undefined {
  return PART_FORMATS[config.kind].of(config);
}
