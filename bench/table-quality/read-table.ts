// A CSV with a header and without quotes, as the columns that a codec is fitted to.
import { readFileSync } from 'node:fs';
import type { Cell } from '#core/kinds/table/codec/codec.ts';
import type { TrainingColumn } from '#core/kinds/table/codec/fit-codec.ts';

export function readTable(file: string): TrainingColumn[] {
  const [header = [], ...rows] = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()));
  return header.map((name, at) => {
    const texts = rows.map((row) => row[at] as string);
    const isNumber = texts.every((text) => text === '' || Number.isFinite(Number(text)));
    const isWhole = isNumber && texts.every((text) => Number.isInteger(Number(text)));
    const cells = texts.map((text): Cell => (text === '' ? null : isNumber ? Number(text) : text));
    return { name, in: name, type: isWhole ? 'integer' : isNumber ? 'number' : 'category', cells };
  });
}
