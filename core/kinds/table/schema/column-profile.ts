// What was counted in a column of a first upload, so that its type can be told.
import type { ColumnType } from './column-types.ts';

/** Counts are over the values: cells that are neither empty nor a word that may stand for an empty cell. */
export type ColumnProfile = {
  readonly name: string;
  /** Of cells that a file declares a type for, such as Parquet. */
  readonly declared?: ColumnType | undefined;
  readonly rows: number;
  readonly values: number;
  readonly distinct: number;
  /** Words that may stand for an empty cell, with their counts. */
  readonly nullWords: readonly (readonly [string, number])[];
  readonly integers: number;
  /** Integers of more than 15 digits. */
  readonly longIntegers: number;
  readonly numbers: number;
  /** Numbers that a double does not hold as they are written. */
  readonly inexact: number;
  /** Numbers such as 7.0. */
  readonly wholeFractions: number;
  /** Numbers such as 5E55, which may be codes: without a point and without a sign. */
  readonly bareExponents: number;
  /** Numbers such as 007 or 02.5. */
  readonly leadingZeros: number;
  /** Numbers such as +49. */
  readonly leadingPlus: number;
  /** The truth words that the column has, sorted: `no,yes`. */
  readonly truthWords: string | null;
  readonly booleans: number;
  readonly days: number;
  readonly times: number;
  /** By place in DATE_FORMATS. */
  readonly formats: readonly number[];
  readonly longest: number;
  /** Numbers with the same unit behind them, and which. */
  readonly withUnit: number;
  readonly unit: string | null;
  /** Numbers in which a comma may stand before the fraction, and those of them in which it can mean nothing else. */
  readonly commaNumbers: number;
  readonly surelyComma: number;
  /** Numbers such as 70.252, in which a point may stand between thousands, and those such as 1.234.567. */
  readonly pointThousands: number;
  readonly surelyPointThousands: number;
  /** Numbers such as 70,252 and 70,252.50. */
  readonly commaThousands: number;
  /** Numbers with a sign of a currency or of a percentage, or in brackets. */
  readonly money: number;
  /** How many forms there are when digits and letters are not told apart from their like, and one of them: `A99-999`. */
  readonly shapes: number;
  readonly shape: string | null;
  readonly minNumber: number | null;
  readonly maxNumber: number | null;
  readonly minCommaNumber: number | null;
  readonly maxCommaNumber: number | null;
  readonly minDay: string | null;
  readonly maxDay: string | null;
  /** The first values that are no numbers. */
  readonly words: readonly string[];
  /** Cells that are not empty, null words among them, with their counts, the most frequent first; none where there are too many for a category. */
  readonly top: readonly (readonly [string, number])[];
};
