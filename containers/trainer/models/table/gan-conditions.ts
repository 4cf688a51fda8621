// The conditions on which the GAN of a table is trained: a code of one sub-column, rare codes more often than they occur ("training by
// sampling", Xu et al. 2019, CTGAN), and a training row that has it.
import { uniforms } from '#core/base/random.ts';
import type { SubColumn } from '#core/kinds/table/codec/codec.ts';
import type { TableLayout } from './table-layout.ts';

/** Sub-columns with more codes are no conditions: most of their codes are bins of numbers. */
const MOST_CODES = 50;
/** Maximum number of rows from which the rows of a condition are chosen; more do not improve the choice. */
const MOST_ROWS = 250_000;

export type GanConditions = {
  /** The share of the rows that have each conditional code, [conditional codes]. */
  readonly shares: Float32Array;
  /** Fills x [batch, codes] and condition [batch, conditional codes] of a step, both one-hot. */
  fill(x: Float32Array, condition: Float32Array, draw: { readonly seed: number; readonly step: number }): void;
};

/**
 * Returns the positions of conditional codes among all codes; when all columns have many codes, those of the column with the fewest.
 */
export function askedCodes(layout: TableLayout): number[] {
  return askedColumns(layout).flatMap(({ offset, codes }) => Array.from({ length: codes }, (_, code) => offset + code));
}

type Choice = {
  readonly column: SubColumn;
  /** Position of its first code among the conditional codes. */
  readonly first: number;
  /** Cumulative sums of the logarithms of the counts of its codes. */
  readonly sums: Float64Array;
  /** Rows sorted by code, and the position of the first row of each code. */
  readonly rows: Int32Array;
  readonly starts: Int32Array;
};

/** Returns the conditions of a table. `codes` [rows, sub-columns] are those of the training rows. */
export function ganConditions(layout: TableLayout, codes: Uint8Array): GanConditions {
  const { subColumns, codes: codeCount } = layout;
  const width = subColumns.length;
  const rows = Math.min(MOST_ROWS, codes.length / width);
  const choices: Choice[] = [];
  let asked = 0;
  for (const column of askedColumns(layout)) {
    choices.push({ first: asked, column, ...byCode(column, subColumns.indexOf(column), codes, { width, rows }) });
    asked += column.codes;
  }
  const shares = new Float32Array(asked);
  for (const { column, first, starts } of choices) {
    for (let code = 0; code < column.codes; code++)
      shares[first + code] = ((starts[code + 1] as number) - (starts[code] as number)) / rows;
  }
  return {
    shares,
    fill(x, condition, { seed, step }) {
      const batch = x.length / codeCount;
      const draws = uniforms(seed, `conditions/${step}`, 3 * batch);
      x.fill(0);
      condition.fill(0);
      for (let row = 0; row < batch; row++) {
        const [first = 0, second = 0, third = 0] = draws.subarray(3 * row, 3 * row + 3);
        const choice = choices[Math.floor(first * choices.length)] as Choice;
        const code = placeOf(choice.sums, second);
        const [from, to] = [choice.starts[code] as number, choice.starts[code + 1] as number];
        const chosen = choice.rows[from + Math.floor(third * (to - from))] as number;
        condition[row * asked + choice.first + code] = 1;
        for (const [place, { offset }] of subColumns.entries())
          x[row * codeCount + offset + (codes[chosen * width + place] as number)] = 1;
      }
    },
  };
}

function askedColumns({ subColumns }: TableLayout): SubColumn[] {
  const few = subColumns.filter(({ part, codes }) => part === 0 && codes <= MOST_CODES);
  return few.length > 0 ? few : subColumns.filter(({ part }) => part === 0).slice(0, 1);
}

function byCode(
  column: SubColumn,
  place: number,
  codes: Uint8Array,
  { width, rows }: { width: number; rows: number },
): Pick<Choice, 'sums' | 'rows' | 'starts'> {
  const starts = new Int32Array(column.codes + 1);
  for (let row = 0; row < rows; row++) {
    const after = (codes[row * width + place] as number) + 1;
    starts[after] = (starts[after] as number) + 1;
  }
  const sums = new Float64Array(column.codes);
  let sum = 0;
  for (let code = 0; code < column.codes; code++) {
    sum += Math.log(1 + (starts[code + 1] as number));
    sums[code] = sum;
    starts[code + 1] = (starts[code + 1] as number) + (starts[code] as number);
  }
  const next = starts.slice();
  const sorted = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const code = codes[row * width + place] as number;
    sorted[next[code] as number] = row;
    next[code] = (next[code] as number) + 1;
  }
  return { sums, rows: sorted, starts };
}

/** Returns the position that a draw in [0, 1) selects by weight; a weight of 0 is never selected. */
function placeOf(sums: Float64Array, draw: number): number {
  const wanted = draw * (sums.at(-1) as number);
  return sums.findIndex((sum) => sum > wanted);
}
