// How well a model samples and predicts when some columns of held-out rows are given.
import { BLOCK_ROWS, rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import { type Cell, subColumnsOf, type TableCodec } from '#core/kinds/table/codec/codec.ts';
import { restrict } from '#core/kinds/table/codec/restrict.ts';
import { completeRows } from '#core/model/table/complete-rows.ts';
import type { TableSampler } from '#core/model/table/table-sampler.ts';
import type { Cells } from './bin-features.ts';
import { areaUnderCurve } from './booster.ts';
import type { PredictionTarget } from './target.ts';

/** Number of given columns, those that are drawn last: the model must draw the earlier ones to fit. */
const GIVEN_COLUMNS = 4;
const MOST_ROWS = 7_000;
/** Cells of the rows whose target is predicted: each row is read once for every value and draw, so wide tables have fewer rows. */
const MOST_PREDICTED_CELLS = 250_000;

type Asking = { readonly codec: TableCodec; readonly sampler: TableSampler; readonly seed: number };

/** Returns held-out rows whose last columns are kept and all others drawn anew; undefined with too few columns. */
export async function givenLateColumns({ codec, sampler, seed }: Asking, held: Cells): Promise<Cell[][] | undefined> {
  const count = Math.min(GIVEN_COLUMNS, codec.order.length >> 1);
  if (count === 0) return undefined;
  const given = new Set(codec.order.slice(-count));
  const rows = Math.min(MOST_ROWS, held[0]?.length ?? 0);
  const cells = held.map((column, place) => (given.has(place) ? column.slice(0, rows) : Array<Cell>(rows).fill(null)));
  return completeRows({ codec, sampler }, cells, { seed });
}

/** Returns the area under the ROC curve of the model's own probability of the target value, given all other columns. */
export async function targetGivenOthers(
  { codec, sampler, seed }: Asking,
  { column, value }: PredictionTarget,
  held: Cells,
): Promise<number | undefined> {
  const restriction = restrict(codec, []);
  const subColumns = subColumnsOf(codec);
  const place = subColumns.findIndex((one) => one.column === column);
  const rows = Math.min(MOST_ROWS, Math.ceil(MOST_PREDICTED_CELLS / subColumns.length), held[0]?.length ?? 0);
  const targets = Uint8Array.from(held[column]?.slice(0, rows) ?? [], (cell) => Number(cell === value));
  const example = targets.indexOf(1);
  if (!restriction.ok || place < 0 || example < 0) return undefined;
  const { allowed } = restriction.value;
  const coder = rowCoder(codec);
  const codes = coder.encode(held.map((cells) => cells.slice(0, rows)));
  const code = codes[example * coder.width + place] as number;
  const chances = new Float64Array(rows);
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const block = new Uint8Array(BLOCK_ROWS * coder.width);
    block.set(codes.subarray(first * coder.width, Math.min(rows, first + BLOCK_ROWS) * coder.width));
    const known = new Uint8Array(block.length).fill(1);
    for (let at = place; at < known.length; at += coder.width) known[at] = 0;
    const asked = { seed, block: first / BLOCK_ROWS, allowed, codes: block, known, place, code };
    const found = await sampler.chances(asked);
    chances.set(found.subarray(0, Math.min(BLOCK_ROWS, rows - first)), first);
  }
  return areaUnderCurve(chances, targets);
}
