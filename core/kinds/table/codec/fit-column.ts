// Chooses how a column is coded, by its type and its training values.
import { nameLikeColumn } from '../../personal-columns.ts';
import { type ColumnType, isNumeric, isTemporal } from '../schema/column-types.ts';
import type { Cell, ColumnSource, FieldCoding } from './codec.ts';
import { fitNumbers } from './fit-numbers.ts';
import { fitPatterns } from './patterns.ts';

/** Maximum number of values with a code each; with the codes for null and unknown values one byte is enough. */
const MOST_VALUES = 250;
/** Numbers that occur less often on average are cut into bins: with a code each, nothing could be learned of single values. */
const FEWEST_REPEATS = 4;
const FEWEST_SPREAD = 30;
const RANK_BASE = 128;
const MOST_RANKED = MOST_VALUES * RANK_BASE;
/** Texts of which more than this share are distinct are names, keys or prose. */
const MOST_DISTINCT = 0.5;
const FEWEST_TEXTS = 20;
const MICROS_A_DAY = 86_400_000_000;

export type NamedColumn = { readonly name: string; readonly type: ColumnType; readonly isKey: boolean };

export function fitColumn({ name, type, isKey }: NamedColumn, cells: readonly Cell[]): ColumnSource {
  const present = cells.filter((cell) => cell !== null);
  const distinct = new Set(present);
  const hasNull = present.length < cells.length;
  if (typeof present[0] === 'string') {
    const texts = present as string[];
    const isMany = distinct.size > FEWEST_TEXTS && distinct.size > MOST_DISTINCT * present.length;
    const isPersonal = nameLikeColumn(name);
    if (isKey || isMany || isPersonal || distinct.size > MOST_RANKED) {
      const reason = isKey ? 'key' : isPersonal ? 'personal' : 'text';
      const isUnique = isKey || distinct.size === present.length;
      const nullShare = 1 - present.length / cells.length;
      return { from: 'patterns', patterns: fitPatterns(texts), isUnique, nullShare, reason };
    }
    return { from: 'coded', fields: [textField(texts, distinct as Set<string>, hasNull)] };
  }
  const sequence = isNumeric(type) && !hasNull ? sequenceOf(present as number[], distinct.size, isKey) : undefined;
  if (sequence) return sequence;
  if (distinct.size > MOST_VALUES && type === 'datetime') {
    const days = cells.map((cell) => (cell === null ? null : Math.floor((cell as number) / MICROS_A_DAY)));
    const times = (present as number[]).map((cell) => cell - Math.floor(cell / MICROS_A_DAY) * MICROS_A_DAY);
    return { from: 'coded', fields: [numberField(days), numberField(times)] };
  }
  if (typeof present[0] === 'number') return { from: 'coded', fields: [numberField(cells)] };
  // Booleans, and a column without any value.
  const values = [...distinct].sort() as boolean[];
  return { from: 'coded', fields: [{ coding: 'values', values, hasNull, hasUnknown: false }] };
}

export function numberField(cells: readonly Cell[]): FieldCoding {
  const numbers = Float64Array.from(cells.filter((cell) => cell !== null) as number[]);
  const hasNull = numbers.length < cells.length;
  const distinct = new Set(numbers);
  const isSpread = distinct.size > FEWEST_SPREAD && numbers.length < FEWEST_REPEATS * distinct.size;
  if (distinct.size > MOST_VALUES || isSpread) return fitNumbers(numbers, hasNull);
  const values = [...distinct].sort((a, b) => a - b).map((value) => value + 0);
  return { coding: 'values', values, hasNull, hasUnknown: false };
}

function textField(texts: readonly string[], distinct: ReadonlySet<string>, hasNull: boolean): FieldCoding {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const values = [...distinct].sort(
    (a, b) => (counts.get(b) as number) - (counts.get(a) as number) || (a < b ? -1 : 1),
  );
  return values.length <= MOST_VALUES
    ? { coding: 'values', values, hasNull, hasUnknown: true }
    : { coding: 'ranks', values, base: RANK_BASE, hasNull };
}

/** Whole numbers that are all different and fill most of their range are numbers of rows; a declared key is one in any case. */
function sequenceOf(numbers: readonly number[], distinct: number, isKey: boolean): ColumnSource | undefined {
  if (numbers.length < FEWEST_TEXTS || distinct < numbers.length || !numbers.every(Number.isInteger)) return undefined;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const number of numbers) [low, high] = [Math.min(low, number), Math.max(high, number)];
  const isDense = high - low < 2 * numbers.length;
  return isKey || isDense ? { from: 'sequence', first: low, step: 1 } : undefined;
}

export function isOrdered(type: ColumnType): boolean {
  return isNumeric(type) || isTemporal(type);
}
