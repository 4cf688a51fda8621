// Whether gradient-boosted trees can distinguish generated rows from held-out ones: 0.5 = not at all, 1 = always.
import { permutation } from '#core/base/random.ts';
import { binningOf, type Cells, pickRows, stacked } from './bin-features.ts';
import { areaUnderCurve, type Features, trainBooster } from './booster.ts';

const FOLDS = 3;
/** Maximum number of rows on each side; more change the metric by less than its noise. */
const MOST_ROWS = 7_000;

/**
 * Returns the mean area under the ROC curve of three folds, with as many rows on each side. Throws RangeError with fewer than six rows.
 */
export async function detectionAuc(
  real: Cells,
  drawn: Cells,
  seed: number,
  yieldToEventLoop: () => Promise<void>,
): Promise<number> {
  const rows = Math.min(MOST_ROWS, real[0]?.length ?? 0, drawn[0]?.length ?? 0);
  if (rows < 2 * FOLDS) throw new RangeError(`${rows} rows on each side are too few`);
  const side = (cells: Cells, name: string) =>
    pickRows(cells, permutation(seed, `detection/${name}`, cells[0]?.length ?? 0).subarray(0, rows));
  const both = stacked(side(real, 'real'), side(drawn, 'drawn'));
  const features = binningOf(both)(both);
  const targets = Uint8Array.from({ length: 2 * rows }, (_, row) => Number(row >= rows));
  const order = permutation(seed, 'detection/folds', 2 * rows);
  let sum = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    await yieldToEventLoop();
    const held = order.filter((_, place) => place % FOLDS === fold);
    const kept = order.filter((_, place) => place % FOLDS !== fold);
    const predict = trainBooster(featuresAt(features, kept), at(targets, kept));
    sum += areaUnderCurve(predict(featuresAt(features, held)), at(targets, held));
  }
  return sum / FOLDS;
}

function featuresAt({ columns, isCategory }: Features, rows: Int32Array): Features {
  return { rows: rows.length, columns: columns.map((column) => at(column, rows)), isCategory };
}

function at(values: Uint8Array, rows: Int32Array): Uint8Array {
  return Uint8Array.from(rows, (row) => values[row] as number);
}
