// The sub-columns of a table as a network reads them: the positions of their codes, and their dependencies.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { SubColumn } from '#core/kinds/table/codec/codec.ts';

export type TableLayout = {
  readonly subColumns: readonly SubColumn[];
  /** All codes of all sub-columns: the width of a row in one-hot form. */
  readonly codes: number;
  /** Position of the column of each sub-column among the coded columns; a condition has a column whole or not. */
  readonly columnOf: readonly number[];
  readonly columns: number;
  /** Position of the sub-column of each code. */
  readonly subColumnOfCode: readonly number[];
};

/** Returns the layout. Throws NoDataError when no column has codes. */
export function tableLayout(subColumns: readonly SubColumn[]): TableLayout {
  if (subColumns.length === 0)
    throw new GoldpanError(
      FAILURE.noData,
      'no column of the table can be modelled: all are keys, free text or personal data, which are generated anew',
    );
  const columns = [...new Set(subColumns.map(({ column }) => column))];
  return {
    subColumns,
    codes: subColumns.reduce((sum, { codes }) => sum + codes, 0),
    columnOf: subColumns.map(({ column }) => columns.indexOf(column)),
    columns: columns.length,
    subColumnOfCode: subColumns.flatMap(({ codes }, place) => Array<number>(codes).fill(place)),
  };
}

/**
 * Returns the ascending degrees of `units` hidden units: a unit of degree d reads sub-columns 0 to d (Germain et al. 2015, MADE).
 */
export function unitDegrees(units: number, { subColumns }: TableLayout): number[] {
  const degrees = Math.max(1, subColumns.length - 1);
  return Array.from({ length: units }, (_, unit) => Math.floor((unit * degrees) / units));
}

/** Fills `target` [rows, codes] with the one-hot form of codes [rows, sub-columns]; the rest becomes 0. */
export function fillOneHot(
  target: Float32Array,
  { subColumns, codes: width }: TableLayout,
  codes: Float32Array | Uint8Array,
): void {
  target.fill(0);
  const rows = codes.length / subColumns.length;
  for (let row = 0, at = 0; row < rows; row++) {
    for (const { offset } of subColumns) target[row * width + offset + (codes[at++] as number)] = 1;
  }
}

/** Returns the number of rows that have each code, [codes]. */
export function countCodes({ subColumns, codes: width }: TableLayout, codes: Uint8Array): Float64Array {
  const counts = new Float64Array(width);
  for (let at = 0; at < codes.length; at++) {
    const { offset } = subColumns[at % subColumns.length] as SubColumn;
    const place = offset + (codes[at] as number);
    counts[place] = (counts[place] as number) + 1;
  }
  return counts;
}
