// Draws rows from a latent-class model, where codes may be restricted: the class is then drawn given the restriction, exactly.
import type { SubColumn } from '../../kinds/table/codec/codec.ts';
import type { LatentClasses } from './latent-classes.ts';

/** `allowed` [codes]: 1 where a code may be drawn, else 0; absent = all codes. */
export type ClassDraw = {
  readonly model: LatentClasses;
  readonly subColumns: readonly SubColumn[];
  readonly allowed?: Uint8Array | undefined;
};

/**
 * Returns codes [rows, sub-columns]. `draws` holds sub-columns + 1 uniform numbers for each row. Codes without probability are never drawn.
 */
export function drawLatentClasses({ model, subColumns, allowed }: ClassDraw, draws: Float64Array): Uint8Array {
  const width = subColumns.length;
  const rows = Math.floor(draws.length / (width + 1));
  const out = new Uint8Array(rows * width);
  const ofClass = cumulative(classWeights({ model, subColumns, allowed }));
  const tables = new Map<number, Float64Array[]>();
  for (let row = 0; row < rows; row++) {
    const drawn = row * (width + 1);
    const k = placeOf(ofClass, draws[drawn] as number);
    const table = tables.get(k) ?? classTable({ model, subColumns, allowed }, k);
    tables.set(k, table);
    for (let place = 0; place < width; place++)
      out[row * width + place] = placeOf(table[place] as Float64Array, draws[drawn + 1 + place] as number);
  }
  return out;
}

/** The share of each class among rows of allowed codes. */
function classWeights({ model, subColumns, allowed }: ClassDraw): Float64Array {
  const { classes, logWeights, logProbabilities } = model;
  const logs = Float64Array.from(logWeights);
  if (allowed) {
    for (const { offset, codes } of subColumns) {
      for (let k = 0; k < classes; k++) {
        let sum = 0;
        for (let code = offset; code < offset + codes; code++) {
          if (allowed[code]) sum += Math.exp(logProbabilities[code * classes + k] as number);
        }
        logs[k] = (logs[k] as number) + Math.log(sum);
      }
    }
  }
  const highest = logs.reduce((most, log) => Math.max(most, log), Number.NEGATIVE_INFINITY);
  return logs.map((log) => Math.exp(log - highest));
}

/** Cumulative probabilities of the codes of each sub-column in one class. */
function classTable({ model, subColumns, allowed }: ClassDraw, k: number): Float64Array[] {
  const { classes, logProbabilities } = model;
  return subColumns.map(({ offset, codes }) =>
    cumulative(
      Float64Array.from({ length: codes }, (_, code) =>
        allowed && !allowed[offset + code] ? 0 : Math.exp(logProbabilities[(offset + code) * classes + k] as number),
      ),
    ),
  );
}

function cumulative(weights: Float64Array): Float64Array {
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum;
  });
}

/** Returns the index that a draw in [0, 1) selects; never one with weight zero. */
function placeOf(sums: Float64Array, draw: number): number {
  const wanted = draw * (sums.at(-1) as number);
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] as number) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
