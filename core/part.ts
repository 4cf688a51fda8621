// A part: the clean items of one unit as Parquet, which DuckDB and everything else reads. Same items, same bytes.
import { parquetReadObjects } from 'hyparquet';
import { type BasicType, parquetWriteBuffer } from 'hyparquet-writer';
import type { IssueCode } from './issues.ts';

/** One clean item. `bytes`: raw uint8 [height, width, channels]. brightness, contrast: 0 to 1; entropy: bits, 0 to 8. */
export type Item = {
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
  readonly brightness: number;
  readonly contrast: number;
  readonly sharpness: number;
  readonly entropy: number;
  readonly flags: readonly IssueCode[];
  readonly fixes: readonly string[];
  readonly license: string | null;
  /** Key in the drop bucket. */
  readonly source: string;
};
type Column = keyof Item;

const COLUMNS: Record<Column, { readonly type: BasicType; readonly nullable?: true }> = {
  itemId: { type: 'STRING' },
  path: { type: 'STRING' },
  label: { type: 'STRING', nullable: true },
  bytes: { type: 'BYTE_ARRAY' },
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
  flags: { type: 'JSON' },
  fixes: { type: 'JSON' },
  license: { type: 'STRING', nullable: true },
  source: { type: 'STRING' },
};
/** Looking for repeated values in these is time lost. */
const DISTINCT = new Set<Column>(['itemId', 'path', 'bytes']);
export const PART_COLUMNS = Object.keys(COLUMNS) as Column[];

/** Rows keep the order of `items`. */
export function encodePart(items: readonly Item[]): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      createdBy: 'goldpan',
      columnData: PART_COLUMNS.map((name) => ({
        name,
        data: items.map((item) => item[name]),
        ...COLUMNS[name],
        ...(DISTINCT.has(name) && { encoding: 'PLAIN', statistics: false }),
      })),
    }),
  );
}

/** Reads the columns asked for, all by default. Throws on bytes that encodePart did not write. */
export async function decodePart<C extends Column = Column>(
  bytes: Uint8Array,
  columns: readonly C[] = PART_COLUMNS as C[],
): Promise<Pick<Item, C>[]> {
  const rows = await parquetReadObjects({
    file: bytes.slice().buffer,
    columns: [...columns],
    utf8: false,
  });
  return rows as Pick<Item, C>[];
}
