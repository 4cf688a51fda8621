// Writes a measured value for people: numbers shortly, and dates and times, which are measured since 1970, as dates.
import type { QualityFacts } from '../../snapshot/quality/facts.ts';
import { short } from './words.ts';

const MS_A_DAY = 86_400_000;
const MICROS_A_MS = 1000;
/** Beyond it, JavaScript has no dates. */
const LAST_MS = 8.64e15;

type ColumnType = QualityFacts['columns'][number]['type'];

/** `type`: of the column that is measured; undefined for other measures. Days and microseconds since 1970 become `2024-12-31`. */
export function measuredValue(type: ColumnType | undefined): (value: number) => string {
  if (type !== 'date' && type !== 'datetime') return short;
  return (value) => {
    const ms = type === 'date' ? value * MS_A_DAY : value / MICROS_A_MS;
    return Math.abs(ms) <= LAST_MS ? new Date(ms).toISOString().slice(0, -'T00:00:00.000Z'.length) : short(value);
  };
}
