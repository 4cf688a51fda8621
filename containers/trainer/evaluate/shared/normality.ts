// Tests whether vectors look like draws of a standard normal distribution, by their moments and by an energy distance.
import { normals } from '#core/base/random.ts';
import { energyDistance } from './energy-distance.ts';
import { firstRows, type Matrix } from './matrix.ts';

const MOST_ROWS = 1_000;
/** Shift in every dimension, in standard deviations, from which normal vectors count as different. */
const TOLERATED_SHIFT = 0.2;
const TOLERATED_VARIANCE = 0.3;
/**
 * Factor on the root mean square that chance alone gives for n rows: about 1 / sqrt(n) for means, and sqrt(2 / n) for variances.
 */
const CHANCE = 2;

export type Normality = {
  readonly rows: number;
  /** Root mean square over the dimensions: of the means, and of the variances minus 1. */
  readonly meanOff: number;
  readonly varianceOff: number;
  /**
   * Energy distance from as many normal vectors, and that of two references: normal vectors, and shifted normal vectors.
   */
  readonly energy: number;
  readonly energyOfNormal: number;
  readonly energyOfShifted: number;
  /** Whether all three are within what chance and a shift of 0.2 standard deviations explain. */
  readonly isNormal: boolean;
};

/** Compares the first 1,000 rows at most. The same seed gives the same references. Throws RangeError for fewer than two rows. */
export function normality(given: Matrix, seed: number): Normality {
  const vectors = firstRows(given, MOST_ROWS);
  const { rows, columns } = vectors;
  const drawn = (stream: string, shift = 0): Matrix => {
    const values = normals(seed, `normality/${stream}`, rows * columns).map((value) => value + shift);
    return { rows, columns, values };
  };
  const reference = drawn('reference');
  const { meanOff, varianceOff } = momentsOff(vectors);
  const energy = energyDistance(vectors, reference);
  const energyOfNormal = energyDistance(drawn('other'), reference);
  const energyOfShifted = energyDistance(drawn('other', TOLERATED_SHIFT), reference);
  const isNormal =
    meanOff <= TOLERATED_SHIFT + CHANCE / Math.sqrt(rows) &&
    varianceOff <= TOLERATED_VARIANCE + CHANCE * Math.sqrt(2 / rows) &&
    energy <= energyOfShifted;
  return { rows, meanOff, varianceOff, energy, energyOfNormal, energyOfShifted, isNormal };
}

function momentsOff({ rows, columns, values }: Matrix): { meanOff: number; varianceOff: number } {
  let [means, variances] = [0, 0];
  for (let column = 0; column < columns; column++) {
    let [sum, squares] = [0, 0];
    for (let at = column; at < values.length && at < rows * columns; at += columns) {
      const value = values[at] as number;
      sum += value;
      squares += value * value;
    }
    const mean = sum / rows;
    means += mean ** 2;
    variances += (squares / rows - mean ** 2 - 1) ** 2;
  }
  return { meanOff: Math.sqrt(means / columns), varianceOff: Math.sqrt(variances / columns) };
}
