// A table as the bench uses it: its rows in three splits, and the codec of the training rows.
import { permutation } from '#core/base/random.ts';
import type { Split } from '#core/kinds/split.ts';
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { fitCodec, type TrainingColumn } from '#core/kinds/table/codec/fit-codec.ts';

const TRAINED = 0.8;
const VALIDATION = 0.1;

export type SplitTable = {
  readonly codec: TableCodec;
  /** Cells by column. The test split is held out; the validation split only stops the training. */
  readonly splits: Readonly<Record<Split, readonly (readonly Cell[])[]>>;
};

export function splitTable(columns: readonly TrainingColumn[]): SplitTable {
  const rows = columns[0]?.cells.length ?? 0;
  const order = permutation(1, 'split', rows);
  const [end, stop] = [Math.round(rows * TRAINED), Math.round(rows * TRAINED * (1 - VALIDATION))];
  const cellsOf = (from: number, to: number) =>
    columns.map(({ cells }) => Array.from(order.subarray(from, to), (row) => cells[row] as Cell));
  const splits = { train: cellsOf(0, stop), validation: cellsOf(stop, end), test: cellsOf(end, rows) };
  const codec = fitCodec(columns.map((column, at) => ({ ...column, cells: splits.train[at] as Cell[] })));
  return { codec, splits };
}
