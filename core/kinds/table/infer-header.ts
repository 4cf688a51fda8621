// Whether the parts of one table have no names, as Spark, Redshift, Snowflake and Hive write CSV by default: told by the first lines of all parts together.
import { encodingByMark } from '../../base/first-bytes.ts';
import type { Sample } from '../define/cleaned.ts';

/** By Spark, Redshift (0000_part_00), Snowflake (data_0_0_0.csv) and Hive (000000_0). */
const PART = /(^|\/)(part-[^/]*|\d{4,}_part_\d+[^/]*|data_\d+_\d+_\d+[^/]*|\d{6}_\d+(\.[^/]*)?)$/;
const LINE = /\r\n|\n|\r/;
const DELIMITERS = [',', '\t', ';', '|'];
const NUMBER = /^"?[+-]?\d[\d.,:/-]*"?$/;

/** False if no part has names; undefined if one part alone must tell. Names would be the same in all parts, and no numbers. */
export function inferHeader(samples: readonly Sample[]): false | undefined {
  const parts = samples.filter(({ path, start }) => PART.test(path) && start.length > 0);
  const lines = parts.map(({ start }) => new TextDecoder(encodingByMark(start)).decode(start).split(LINE)[0] ?? '');
  if (new Set(lines).size < 2 || lines.some((line) => line.startsWith('{'))) return undefined;
  const isParted = DELIMITERS.some((delimiter) => {
    const rows = lines.map((line) => line.split(delimiter));
    const columns = rows[0]?.length ?? 0;
    if (columns < 2 || rows.some(({ length }) => length !== columns)) return false;
    return rows[0]?.some((_, i) => rows.every((row) => NUMBER.test((row[i] ?? '').trim()))) ?? false;
  });
  return isParted ? false : undefined;
}
