// Counts of the values in a column of a first upload, from which its type is inferred.
import type { ColumnType } from './column-types.ts';

/** Counts are over the values: cells that are neither empty nor a word that may stand for an empty cell. */
export type ColumnProfile = {
  readonly name: string;
  /** The type that the file declares, for formats such as Parquet. */
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
  /** Texts such as 1.10 that a number would make equal to another text of the column, in a column without a set number of decimals. */
  readonly sameNumbers: number;
  /** Count of numbers such as 7.0. */
  readonly wholeFractions: number;
  /** Count of numbers such as 5E55, without a point and a sign, which may be codes. */
  readonly bareExponents: number;
  /** Count of numbers such as 007 or 02.5. */
  readonly leadingZeros: number;
  /** Count of numbers such as +49. */
  readonly leadingPlus: number;
  /** The truth words that the column has, sorted: `no,yes`. */
  readonly truthWords: string | null;
  readonly booleans: number;
  readonly days: number;
  readonly times: number;
  /** Count of times with a time zone. */
  readonly zoned: number;
  /** Counts by position in DATE_FORMATS, and by position in TIME_FORMATS. */
  readonly formats: readonly number[];
  readonly timeFormats: readonly number[];
  /** In a column with days or times, the first values that look like neither. */
  readonly undated: readonly string[];
  readonly longest: number;
  /** Numbers with the same unit behind them, and which. */
  readonly withUnit: number;
  readonly unit: string | null;
  /** Count of numbers with a comma that may be a decimal comma, and count of those in which it must be one. */
  readonly commaNumbers: number;
  readonly surelyComma: number;
  /** Count of numbers such as 70.252, in which a point may separate thousands, and of those such as 1.234.567. */
  readonly pointThousands: number;
  readonly surelyPointThousands: number;
  /** Count of numbers such as 70,252 and 70,252.50, and of those in which the comma must separate thousands, such as 70,252.50 and 1,234,567. */
  readonly commaThousands: number;
  readonly surelyCommaThousands: number;
  /** Numbers with a sign of a currency or of a percentage, or in brackets. */
  readonly money: number;
  /** Number of different shapes, in which all digits and all letters are equal, and one of them: `A99-999`. */
  readonly shapes: number;
  readonly shape: string | null;
  readonly minNumber: number | null;
  readonly maxNumber: number | null;
  readonly minCommaNumber: number | null;
  readonly maxCommaNumber: number | null;
  readonly minDay: string | null;
  readonly maxDay: string | null;
  /** The first values that are not numbers. */
  readonly words: readonly string[];
  /**
   * Counts of non-empty cells, including null words, the most frequent first; empty if there are too many for a category.
   */
  readonly top: readonly (readonly [string, number])[];
};
