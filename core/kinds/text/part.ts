// A part of documents.

import { encodeColumns, type PartColumns } from '../../base/parquet-columns.ts';
import { type CommonItem, FIRST_COLUMNS, LAST_COLUMNS } from '../define/part-columns.ts';
import type { TextDataset } from './definition.ts';

/**
 * A clean document. `bytes`: UTF-8 in normal form C; equal items have equal bytes. length: characters. Shares: 0 to 1.
 */
export type TextItem = CommonItem & {
  /** Null if the document is a whole file. */
  readonly line: number | null;
  readonly bytes: Uint8Array;
  /** The source of a pair, which the document answers. */
  readonly pairSource?: string;
  readonly length: number;
  /** Words, numbers and signs. */
  readonly tokens: number;
  /** ISO 639-1; null if the language was not detected. */
  readonly language: string | null;
  readonly letterShare: number;
  readonly repetition: number;
  readonly boilerplate: number;
  /** core/similarity/min-hash.ts */
  readonly minhash: Uint8Array;
};

const COLUMNS: PartColumns<Omit<TextItem, 'pairSource'>> = {
  itemId: FIRST_COLUMNS.itemId,
  path: { type: 'STRING' },
  line: { type: 'INT32', nullable: true },
  label: FIRST_COLUMNS.label,
  bytes: { type: 'BYTE_ARRAY', distinct: true },
  length: { type: 'INT32' },
  tokens: { type: 'INT32' },
  language: { type: 'STRING', nullable: true },
  letterShare: { type: 'FLOAT' },
  repetition: { type: 'FLOAT' },
  boilerplate: { type: 'FLOAT' },
  minhash: { type: 'BYTE_ARRAY', distinct: true, dense: true },
  ...LAST_COLUMNS,
};
const PAIR_COLUMNS: PartColumns<TextItem> = { ...COLUMNS, pairSource: { type: 'STRING', distinct: true } };

export function textColumns({ text }: TextDataset): readonly (keyof TextItem)[] {
  return Object.keys(text.source === undefined ? COLUMNS : PAIR_COLUMNS) as (keyof TextItem)[];
}

/** Rows keep the order of `items`. */
export function encodeTextPart(items: readonly TextItem[]): Uint8Array {
  return encodeColumns(items[0]?.pairSource === undefined ? COLUMNS : PAIR_COLUMNS, items);
}
