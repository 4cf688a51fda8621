// The probability of a code of one sub-column given the others of its row, by Bayes' rule: the model tells how probable the whole row is
// with each code of the sub-column. A prediction from the context path alone leaves out what the code says about the later columns.
import { BLOCK_ROWS } from '../../kinds/table/codec/code-rows.ts';
import type { SubColumn } from '../../kinds/table/codec/codec.ts';

/** Draws of the latent vector over which the probability of a row is averaged. */
const LATENT_DRAWS = 8;
/** The least probability in single precision, so that its logarithm is finite. */
const LEAST = 1e-37;

type Asked = {
  readonly subColumns: readonly SubColumn[];
  /** [BLOCK_ROWS, codes]: 1 where a code of a row may be: its own one where it is known. */
  readonly allowed: Float32Array;
  readonly place: number;
  readonly code: number;
  /**
   * Returns the probabilities of what is allowed in each sub-column, given those before it, [BLOCK_ROWS, sub-columns]. The same `draw` has
   * the same latent vectors and, of unknown columns, the same random numbers.
   */
  masses(allowed: Float32Array, draw: number): Promise<Float32Array>;
};

/** Returns the probability of the code in each row, [BLOCK_ROWS]. */
export async function codeChances({ subColumns, allowed, place, code, masses }: Asked): Promise<Float64Array> {
  const width = subColumns.length;
  const codes = allowed.length / BLOCK_ROWS;
  const { offset, codes: count } = subColumns[place] as SubColumn;
  // Log probabilities of the rows, [draws, codes of the sub-column, BLOCK_ROWS].
  const logs = new Float64Array(LATENT_DRAWS * count * BLOCK_ROWS);
  for (let draw = 0, at = 0; draw < LATENT_DRAWS; draw++)
    for (let own = 0; own < count; own++, at += BLOCK_ROWS) {
      const withOwn = allowed.slice();
      for (let row = 0; row < BLOCK_ROWS; row++) {
        withOwn.fill(0, row * codes + offset, row * codes + offset + count);
        withOwn[row * codes + offset + own] = 1;
      }
      const found = await masses(withOwn, draw);
      for (let row = 0; row < BLOCK_ROWS; row++)
        for (let sub = 0; sub < width; sub++)
          logs[at + row] = (logs[at + row] as number) + Math.log(Math.max(found[row * width + sub] as number, LEAST));
    }
  return Float64Array.from({ length: BLOCK_ROWS }, (_, row) => {
    const own = Float64Array.from(
      { length: logs.length / BLOCK_ROWS },
      (_, pass) => logs[pass * BLOCK_ROWS + row] as number,
    );
    const highest = Math.max(...own);
    let [wanted, total] = [0, 0];
    for (const [pass, log] of own.entries()) {
      const share = Math.exp(log - highest);
      total += share;
      if (pass % count === code) wanted += share;
    }
    return wanted / total;
  });
}
