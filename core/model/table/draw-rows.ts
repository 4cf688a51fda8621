// Rows of a table by a model: free ones, or as many as asked for that satisfy conditions.
import { BLOCK_ROWS, rowCoder } from '../../kinds/table/codec/code-rows.ts';
import type { Cell, TableCodec } from '../../kinds/table/codec/codec.ts';
import type { Restriction } from '../../kinds/table/codec/restrict.ts';
import type { TableSampler } from './table-sampler.ts';

/** Blocks without a new row after which a request ends short. */
const MOST_EMPTY_BLOCKS = 16;

export type RowsWanted = { readonly seed: number; readonly count: number; readonly first: number };
export type RowsDrawn = {
  /** Cells by column. */
  readonly cells: Cell[][];
  /** Rows that were drawn and did not satisfy the conditions. */
  readonly rejected: number;
};

/**
 * Rows `first` to `first + count` of a seed: the same whatever else is asked for. With a restriction `first` counts blocks drawn
 * before the first one, and fewer rows come back only where the model hardly draws any that satisfy it.
 */
export async function drawRows(
  { codec, sampler, restriction }: { codec: TableCodec; sampler: TableSampler; restriction: Restriction },
  { seed, count, first }: RowsWanted,
): Promise<RowsDrawn> {
  const coder = rowCoder(codec);
  const cells: Cell[][] = codec.columns.map(() => []);
  const used = new Map<number, Set<string>>();
  const { allowed, restricted, mend, holds } = restriction;
  let [rows, rejected, empty] = [0, 0, 0];
  const skipped = first % BLOCK_ROWS;
  for (let block = Math.floor(first / BLOCK_ROWS); rows < count && empty < MOST_EMPTY_BLOCKS; block++) {
    const codes = await sampler.draw({ seed, block, allowed, restricted });
    const decoded = coder.decode(codes, { seed, block, used });
    mend(decoded);
    const before = rows;
    const from = rows === 0 && block * BLOCK_ROWS < first ? skipped : 0;
    for (let row = from; row < BLOCK_ROWS && rows < count; row++) {
      if (!holds(decoded, row)) {
        rejected++;
        continue;
      }
      for (const [column, of] of decoded.entries()) cells[column]?.push(of[row] as Cell);
      rows++;
    }
    empty = rows > before ? 0 : empty + 1;
  }
  return { cells, rejected };
}
