// The column that a table is likely used to predict, and how well a classifier trained on drawn rows predicts it.
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { binningOf, type Cells } from './bin-features.ts';
import { areaUnderCurve, trainBooster } from './booster.ts';

const LEAST_SHARE = 0.02;
const MOST_ROWS = 26_000;
/** Number of other columns that are predicted; they use fewer rows, since there are several of them. */
const OTHER_TARGETS = 3;
const OTHER_ROWS = 8_000;
const MOST_CLASSES = 20;

export type PredictionTarget = {
  readonly column: number;
  /** Rows with this value are class 1. */
  readonly value: Cell;
  /** Maximum number of rows that a classifier learns from. */
  readonly rows: number;
};

/** Returns the last modelled column of two values that both occur; undefined when there is none. */
export function targetOf({ columns }: TableCodec, cells: Cells): PredictionTarget | undefined {
  for (let column = columns.length - 1; column >= 0; column--) {
    if (columns[column]?.source.from !== 'coded') continue;
    const of = cells[column] as readonly Cell[];
    const values = [...new Set(of)].filter((cell) => cell !== null);
    if (values.length !== 2 || values.every((value) => typeof value === 'number' && !isFlag(value))) continue;
    const share = of.filter((cell) => cell === values[0]).length / of.length;
    if (Math.min(share, 1 - share) < LEAST_SHARE) continue;
    return { column, value: (share <= 0.5 ? values[0] : values[1]) as Cell, rows: MOST_ROWS };
  }
  return undefined;
}

/** Returns other columns of few texts or flags, those with the fewest values first; class 1 is the commonest value. */
export function otherTargets(
  { columns }: TableCodec,
  cells: Cells,
  main: PredictionTarget | undefined,
): PredictionTarget[] {
  const found = columns.flatMap(({ source }, column) => {
    const field = source.from === 'coded' && source.fields.length === 1 ? source.fields[0] : undefined;
    if (column === main?.column || field?.coding !== 'values' || typeof field.values[0] === 'number') return [];
    const counts = new Map<Cell, number>();
    for (const cell of cells[column] as readonly Cell[]) counts.set(cell, (counts.get(cell) ?? 0) + 1);
    const [value, count] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
    const share = count / (cells[column]?.length ?? 1);
    if (counts.size < 2 || counts.size > MOST_CLASSES || Math.min(share, 1 - share) < LEAST_SHARE) return [];
    return [{ column, value, rows: OTHER_ROWS, values: counts.size }];
  });
  return found
    .sort((a, b) => a.values - b.values || a.column - b.column)
    .slice(0, OTHER_TARGETS)
    .map(({ column, value, rows }) => ({ column, value, rows }));
}

function isFlag(value: number): boolean {
  return value === 0 || value === 1;
}

/**
 * Returns the area under the ROC curve on held-out rows of a classifier trained on `training`; 0.5 when they hold one class only.
 */
export function targetAuc({ column, value, rows }: PredictionTarget, training: Cells, held: Cells): number {
  const limited = training.map((cells) => cells.slice(0, rows));
  const without = (cells: Cells) => cells.filter((_, place) => place !== column);
  const classes = (cells: Cells) => Uint8Array.from(cells[column] as readonly Cell[], (cell) => Number(cell === value));
  const targets = classes(limited);
  if (new Set(targets).size < 2) return 0.5;
  const binning = binningOf(without(limited));
  const predict = trainBooster(binning(without(limited)), targets);
  return areaUnderCurve(predict(binning(without(held))), classes(held));
}
