// Which parts are put into files of several: those whose columns are the same in every part of a kind.

import type { Kind } from '#core/base/names.ts';
import { AUDIO_COLUMNS, type AudioItem, encodeAudioPart } from '#core/kinds/audio/part.ts';
import { encodePart, type Item, PART_COLUMNS } from '#core/kinds/image/part.ts';
import { encodeTextPart, TEXT_COLUMNS, type TextItem } from '#core/kinds/text/part.ts';
import type { PartRow } from '#core/snapshot/source-part.ts';

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
