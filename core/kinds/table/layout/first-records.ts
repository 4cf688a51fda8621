// The cells of the first records of a text, leniently, for looking only.
import type { Dialect } from './dialect.ts';

export function firstRecords(text: string, { delimiter, quote, escaping, lineEnd }: Dialect, most: number): string[][] {
  const records: string[][] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length && records.length < most; i++) {
    const sign = text[i] as string;
    if (quoted) {
      if (escaping === 'backslash' && sign === '\\') cell += text[++i] ?? '';
      else if (sign !== quote) cell += sign;
      else if (escaping === 'doubled' && text[i + 1] === quote) cell += text[++i];
      else quoted = false;
    } else if (sign === quote && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (sign === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (sign === lineEnd) {
      records.push([...cells, cell.replace(/\r$/, '')]);
      cells = [];
      cell = '';
    } else cell += sign;
  }
  if (records.length < most && (cell !== '' || cells.length > 0)) records.push([...cells, cell]);
  return records;
}
