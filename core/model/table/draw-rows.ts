// Rows of a table by a model: free ones, or as many as asked for that satisfy conditions.
import { BLOCK_ROWS, rowCoder } from '../../kinds/table/codec/code-rows.ts';
import type { Cell, TableCodec } from '../../kinds/table/codec/codec.ts';
import type { Restriction } from '../../kinds/table/codec/restrict.ts';
import { rowChecks } from '../../kinds/table/codec/rules/row-checks.ts';
import type { TableSampler } from './table-sampler.ts';

/** Blocks without a new row after which a request ends short. */
const MOST_EMPTY_BLOCKS = 16;

/** Draws of a row that breaks a rule of the schema, and the blocks that they are taken from. */
const MOST_REDRAWS = 20;
const REDRAWN_FROM = 2 ** 32;

type Drawing = { readonly codec: TableCodec; readonly sampler: TableSampler; readonly restriction: Restriction };
export type RowsWanted = { readonly seed: number; readonly count: number; readonly first: number };
export type RowsDrawn = {
  /** Cells by column. */
  readonly cells: Cell[][];
  /** Rows that were drawn and did not satisfy the conditions or the rules of the schema. */
  readonly rejected: number;
  /** Rows of the blocks drawn whose first draw broke a rule of the schema. */
  readonly broken: number;
};

/**
 * Rows `first` to `first + count` of a seed: the same whatever else is asked for. With a restriction `first` counts blocks drawn
 * before the first one, and fewer rows come back only where the model hardly draws any that satisfy it. A row that breaks a rule of the
 * schema is drawn again in its place.
 */
export async function drawRows(drawing: Drawing, { seed, count, first }: RowsWanted): Promise<RowsDrawn> {
  const { codec, restriction } = drawing;
  const cells: Cell[][] = codec.columns.map(() => []);
  const draw = blocksOf(drawing, seed);
  let [rows, rejected, broken, empty] = [0, 0, 0, 0];
  const skipped = first % BLOCK_ROWS;
  for (let block = Math.floor(first / BLOCK_ROWS); rows < count && empty < MOST_EMPTY_BLOCKS; block++) {
    const { decoded, failed, again } = await draw(block);
    rejected += again;
    broken += failed;
    const before = rows;
    const from = rows === 0 && block * BLOCK_ROWS < first ? skipped : 0;
    for (let row = from; row < BLOCK_ROWS && rows < count; row++) {
      if (!restriction.holds(decoded.cells, row) || !decoded.obeys(row)) {
        rejected++;
        continue;
      }
      for (const [column, of] of decoded.cells.entries()) cells[column]?.push(of[row] as Cell);
      decoded.take(row);
      rows++;
    }
    empty = rows > before ? 0 : empty + 1;
  }
  return { cells, rejected, broken };
}

/** Draws one block after the other; `obeys` and `take` know the values of columns that hold each value once. */
function blocksOf({ codec, sampler, restriction }: Drawing, seed: number) {
  const coder = rowCoder(codec);
  const rules = rowChecks(codec);
  const unique = codec.unique ?? [];
  const taken = new Map(unique.map((column) => [column, new Set<Cell>()]));
  const used = new Map<number, Set<string>>();
  const isModelled = codec.columns.map(({ source }) => source.from !== 'sequence' && source.from !== 'patterns');
  const decodedAt = async (block: number): Promise<Cell[][]> => {
    const { allowed, restricted, clamp } = restriction;
    const decoded = coder.decode(await sampler.draw({ seed, block, allowed, restricted }), { seed, block, used });
    clamp(decoded);
    return decoded;
  };
  const isNew = (cells: readonly Cell[][], row: number) =>
    unique.every((column) => {
      const cell = cells[column]?.[row] ?? null;
      return cell === null || !taken.get(column)?.has(cell);
    });
  return async (block: number) => {
    const cells = await decodedAt(block);
    const obeys = (row: number) => rules.hold(cells, row) && isNew(cells, row);
    const take = (row: number) => {
      for (const column of unique) taken.get(column)?.add(cells[column]?.[row] ?? null);
    };
    let wrong = Array.from({ length: BLOCK_ROWS }, (_, row) => row).filter((row) => !rules.hold(cells, row));
    const failed = wrong.length;
    let again = 0;
    for (let attempt = 1; wrong.length > 0 && attempt <= MOST_REDRAWS; attempt++) {
      const others = await decodedAt(block + attempt * REDRAWN_FROM);
      again += wrong.length;
      for (const row of wrong) {
        for (const [column, of] of cells.entries()) if (isModelled[column]) of[row] = others[column]?.[row] as Cell;
      }
      wrong = wrong.filter((row) => !rules.hold(cells, row));
    }
    return { decoded: { cells, obeys, take }, failed, again };
  };
}
