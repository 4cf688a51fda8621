// Which parts are put into files of several: those whose columns are the same in every part of a kind.
import { AUDIO_COLUMNS, type AudioItem, encodeAudioPart } from '#core/audio/part.ts';
import type { Kind } from '#core/names.ts';
import { encodePart, type Item, PART_COLUMNS } from '#core/part.ts';
import type { PartRow } from '#core/source-part.ts';
import { encodeTextPart, TEXT_COLUMNS, type TextItem } from '#core/text/part.ts';

export type PartKind = {
  readonly columns: readonly string[];
  readonly encode: (rows: readonly PartRow[]) => Uint8Array;
};

/** A table is one part however large, with columns of its own. */
export const PART_KINDS: Readonly<Record<Kind, PartKind | undefined>> = {
  image: { columns: PART_COLUMNS, encode: (rows) => encodePart(rows as unknown as readonly Item[]) },
  text: { columns: TEXT_COLUMNS, encode: (rows) => encodeTextPart(rows as unknown as readonly TextItem[]) },
  audio: { columns: AUDIO_COLUMNS, encode: (rows) => encodeAudioPart(rows as unknown as readonly AudioItem[]) },
  table: undefined,
};
