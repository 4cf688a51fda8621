// Decides whether a first line contains column names or is a row, by comparing it with the lines below.
import { NULL_WORDS } from '../schema/null-words.ts';

const NUMBER = /^[+-]?(\d+([.,]\d+)*|[.,]\d+)([eE][+-]?\d+)?\s?%?$/;
const MOMENT = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d.*)?$/;
const LEAST_ROWS = 3;
const MOST_OF = 0.9;
/** Distinct values of a column whose words come again and again. */
const FEW_DISTINCT = 0.5;
const SENTENCE_WORDS = 5;
const YEARS = [1800, 2200] as const;
const EMPTY = new Set<string>(['', ...NULL_WORDS]);

export function looksLikeRow(names: readonly string[], rows: readonly (readonly string[])[]): boolean {
  // Files put one behind another repeat their names.
  const line = names.join('\n');
  if (rows.length < LEAST_ROWS || rows.some((row) => row.join('\n') === line)) return false;
  const cells = names.map((name) => name.trim());
  const columns = cells.map((_, i) => rows.map((row) => (row[i] ?? '').trim()));
  const measured = columns.map((values) => isMost(values, isMeasure));
  // Names over numbers, dates or empty cells are names.
  if (cells.some((name, i) => measured[i] && !isMeasure(name) && !EMPTY.has(name))) return false;
  // Days over numbers are names, too, as in a table of one column a day.
  if (cells.some((name, i) => MOMENT.test(name) && isMost(columns[i] as string[], (value) => NUMBER.test(value))))
    return false;
  if (isNamedMatrix(cells, rows)) return false;
  const numbers = cells.filter((name, i) => measured[i] && isMeasure(name)).length;
  const repeated = cells.filter((name, i) => {
    const values = columns[i] as string[];
    const isRepeating = new Set(values).size <= values.length * FEW_DISTINCT;
    return !measured[i] && name !== '' && isRepeating && values.includes(name);
  }).length;
  if (repeated === 0 && isSequence(cells.filter(isMeasure))) return false;
  if (!measured.includes(true) && hasShapeOfRows(cells, columns)) return true;
  const sentences = cells.filter((name, i) => isSentence(name) && isMost(columns[i] as string[], isSentence)).length;
  return numbers + repeated + sentences >= Math.max(2, cells.length / 2) && new Set(cells).size + repeated > 1;
}

/** Words that go on, as names of columns seldom do; questions of a survey do. */
function isSentence(cell: string): boolean {
  return !/[?:]\W*$/.test(cell) && cell.split(/\s+/).length >= SENTENCE_WORDS;
}

/** Returns whether a line of texts is written as the lines below it: wav001|Good morning, above wav002|Good night. */
function hasShapeOfRows(cells: readonly string[], columns: readonly (readonly string[])[]): boolean {
  const alike = cells.filter((cell, i) => {
    const shape = shapeOf(cell);
    const values = (columns[i] as string[]).filter((value) => value !== '');
    // A single word has the shape of most names.
    const isTelling = /9/.test(shape) && shape.length > 1;
    return isTelling && values.filter((value) => shapeOf(value) === shape).length >= values.length * MOST_OF;
  }).length;
  return alike > 0 && alike * 2 >= cells.length;
}

/** Runs of digits and of letters as one sign each. */
function shapeOf(cell: string): string {
  return cell.replaceAll(/[\p{L}\p{M}]+/gu, 'a').replaceAll(/\d+/g, '9');
}

/** Returns whether only the cell above the names of the rows is empty, and the others are numbers that grow, as R and pandas write a matrix. */
function isNamedMatrix([corner, ...names]: readonly string[], rows: readonly (readonly string[])[]): boolean {
  return (
    corner === '' &&
    names.length > 1 &&
    names.every((name, i) => name !== '' && (i === 0 || Number(name) > Number(names[i - 1]))) &&
    rows.every((row) => (row[0] ?? '').trim() !== '')
  );
}

/** Years, or numbers from 0 on, as names: each is the one before it and a step. */
export function isSequence(numbers: readonly string[]): boolean {
  if (numbers.length < 2 || !numbers.every((number) => /^\d{1,4}$/.test(number))) return false;
  const values = numbers.map(Number);
  const step = (values[1] as number) - (values[0] as number);
  const isStart = values[0] === 0 || ((values[0] as number) >= YEARS[0] && (values.at(-1) as number) <= YEARS[1]);
  return step > 0 && isStart && values.every((value, i) => i === 0 || value - (values[i - 1] as number) === step);
}

/**
 * Returns the number of rows below the names that are units or descriptions: words above columns of numbers or dates.
 */
export function labelRows(rows: readonly (readonly string[])[]): number {
  const isLabel = (row: readonly string[], others: readonly (readonly string[])[]) => {
    if (others.length < 5 || row.some((cell) => isMeasure(cell.trim()))) return false;
    const measured = row.flatMap((_, i) =>
      others.every((other) => EMPTY.has((other[i] ?? '').trim()) || isMeasure((other[i] ?? '').trim())) &&
      others.some((other) => isMeasure((other[i] ?? '').trim()))
        ? [i]
        : [],
    );
    const worded = measured.filter((i) => !EMPTY.has((row[i] ?? '').trim()));
    return measured.length > 0 && worded.length * 2 > measured.length;
  };
  for (const count of [1, 2]) {
    const others = rows.slice(count, -1);
    if (rows.length > count && rows.slice(0, count).every((row) => isLabel(row, others))) return count;
  }
  return 0;
}

/** A number or a date, as it is written most often. */
export function isMeasure(text: string): boolean {
  return NUMBER.test(text) || MOMENT.test(text);
}

function isMost(values: readonly string[], is: (value: string) => boolean): boolean {
  const present = values.filter((value) => !EMPTY.has(value));
  return present.length > 0 && present.filter(is).length >= present.length * MOST_OF;
}
