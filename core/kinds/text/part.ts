// A part of documents.

import { encodeColumns, type PartColumns } from '../../base/parquet-columns.ts';
import type { IssueCode } from '../issues.ts';

/** One clean document. `bytes`: UTF-8 in normal form C. length: characters. Shares: 0 to 1. */
export type TextItem = {
  /** SHA-256 of the bytes. */
  readonly itemId: string;
  /** Within the dataset or the archive. */
  readonly path: string;
  /** Null where the document is a whole file. */
  readonly line: number | null;
  readonly label: string | null;
  readonly bytes: Uint8Array;
  readonly length: number;
  /** Words, numbers and signs. */
  readonly tokens: number;
  /** ISO 639-1; null where it was not looked for or cannot be told. */
  readonly language: string | null;
  readonly letterShare: number;
  readonly repetition: number;
  readonly boilerplate: number;
  /** core/near/min-hash.ts */
  readonly minhash: Uint8Array;
  readonly flags: readonly IssueCode[];
  readonly fixes: readonly string[];
  readonly license: string | null;
  /** Key in the drop bucket. */
  readonly source: string;
};

const COLUMNS: PartColumns<TextItem> = {
  itemId: { type: 'STRING', distinct: true },
  path: { type: 'STRING' },
  line: { type: 'INT32', nullable: true },
  label: { type: 'STRING', nullable: true },
  bytes: { type: 'BYTE_ARRAY', distinct: true },
  length: { type: 'INT32' },
  tokens: { type: 'INT32' },
  language: { type: 'STRING', nullable: true },
  letterShare: { type: 'FLOAT' },
  repetition: { type: 'FLOAT' },
  boilerplate: { type: 'FLOAT' },
  minhash: { type: 'BYTE_ARRAY', distinct: true, dense: true },
  flags: { type: 'JSON' },
  fixes: { type: 'JSON' },
  license: { type: 'STRING', nullable: true },
  source: { type: 'STRING' },
};
export const TEXT_COLUMNS = Object.keys(COLUMNS) as (keyof TextItem)[];

/** Rows keep the order of `items`. */
export function encodeTextPart(items: readonly TextItem[]): Uint8Array {
  return encodeColumns(COLUMNS, items);
}
