// The files by which the trainer's parent hands the cells of a table to its engine, beside the codes of all rows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Split } from '#core/kinds/split.ts';
import { type Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { CODEC_FILE } from '../coded-files.ts';

/** Rows of a split whose cells are kept for comparisons. */
export const COMPARED_ROWS = 30_000;

/** The cells of the first COMPARED_ROWS rows of a split, by column. */
export function cellsFile(folder: string, split: Split): string {
  return join(folder, `${split}.cells.json`);
}

export function readCodec(folder: string): TableCodec {
  return TableCodec.parse(JSON.parse(readFileSync(join(folder, CODEC_FILE), 'utf8')));
}

export function readCells(folder: string, split: Split): Cell[][] {
  return JSON.parse(readFileSync(cellsFile(folder, split), 'utf8')) as Cell[][];
}
