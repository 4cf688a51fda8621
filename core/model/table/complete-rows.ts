// Fills missing cells: they are sampled given the known cells, which stay unchanged.

import { unknownCode } from '../../kinds/table/codec/code-field.ts';
import { BLOCK_ROWS, rowCoder } from '../../kinds/table/codec/code-rows.ts';
import { type Cell, fieldsOf, subColumnsOf, type TableCodec } from '../../kinds/table/codec/codec.ts';
import { restrict } from '../../kinds/table/codec/restrict.ts';
import type { TableSampler } from './table-sampler.ts';

type Completing = { readonly codec: TableCodec; readonly sampler: TableSampler };

/**
 * Cells by column; null is missing. A value that does not occur in the training rows is kept, but it does not influence the sampled cells.
 */
export async function completeRows(
  { codec, sampler }: Completing,
  cells: readonly (readonly Cell[])[],
  { seed, firstBlock = 0 }: { readonly seed: number; readonly firstBlock?: number },
): Promise<Cell[][]> {
  const unrestricted = restrict(codec, []);
  if (!unrestricted.ok) throw new Error(unrestricted.reason);
  const { allowed } = unrestricted.value;
  const coder = rowCoder(codec);
  const subColumns = subColumnsOf(codec);
  const unknown = subColumns.map(({ column, field }) => {
    const coding = fieldsOf(codec.columns[column] as TableCodec['columns'][number])[field];
    return coding && unknownCode(coding);
  });
  const rows = cells[0]?.length ?? 0;
  const out: Cell[][] = codec.columns.map(() => []);
  for (let block = 0; block * BLOCK_ROWS < rows; block++) {
    const first = block * BLOCK_ROWS;
    const given = withLeaders(
      codec,
      cells.map((column) => column.slice(first, first + BLOCK_ROWS)),
    );
    const count = given[0]?.length ?? 0;
    const codes = new Uint8Array(BLOCK_ROWS * coder.width);
    codes.set(coder.encode(given));
    const known = new Uint8Array(codes.length);
    for (let row = 0; row < count; row++) {
      for (const [place, { column, part }] of subColumns.entries()) {
        const at = row * coder.width + place;
        // A text without a code is unknown in both sub-columns.
        const isUnknown = codes[at - part] === unknown[place - part];
        known[at] = Number(isGiven(codec, given, column, row) && !isUnknown);
      }
    }
    const draw = { seed, block: firstBlock + block };
    const drawn = coder.decode(await sampler.complete({ ...draw, allowed, codes, known }), draw);
    for (const [column, of] of drawn.entries()) {
      for (let row = 0; row < count; row++) {
        const own = cells[column]?.[first + row] ?? null;
        out[column]?.push(own === null ? (of[row] as Cell) : own);
      }
    }
  }
  return out;
}

/** A difference is known where both of its ends are. */
function isGiven({ columns }: TableCodec, cells: readonly (readonly Cell[])[], column: number, row: number): boolean {
  const source = columns[column]?.source;
  const own = cells[column]?.[row] ?? null;
  return own !== null && (source?.from !== 'offset' || (cells[source.column]?.[row] ?? null) !== null);
}

/** If a missing column determines another one, and only one of its values gives the known value, it gets that value. */
function withLeaders({ columns }: TableCodec, cells: readonly Cell[][]): Cell[][] {
  const out = cells.map((column) => column.slice());
  for (const [place, { source }] of columns.entries()) {
    if (source.from !== 'lookup') continue;
    const keys = Map.groupBy(source.entries, ({ value }) => value);
    for (const [row, value] of (cells[place] as Cell[]).entries()) {
      const possible = value === null ? undefined : keys.get(value);
      const leader = out[source.column] as Cell[];
      if (leader[row] === null && possible?.length === 1) leader[row] = possible[0]?.key ?? null;
    }
  }
  return out;
}
