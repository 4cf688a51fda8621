// The files by which the trainer's parent hands the rows of a table to its engine: codes of all rows, cells of some of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Split } from '#core/kinds/split.ts';
import { type Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';

export const CODEC_FILE = 'codec.json';
/** Rows of a split whose cells are kept for comparisons. */
export const COMPARED_ROWS = 30_000;

/** Codes [rows, sub-columns] of a split. */
export function codesFile(folder: string, split: Split): string {
  return join(folder, `${split}.codes`);
}

/** The cells of its first COMPARED_ROWS rows, by column. */
export function cellsFile(folder: string, split: Split): string {
  return join(folder, `${split}.cells.json`);
}

export function readCodec(folder: string): TableCodec {
  return TableCodec.parse(JSON.parse(readFileSync(join(folder, CODEC_FILE), 'utf8')));
}

export function readCells(folder: string, split: Split): Cell[][] {
  return JSON.parse(readFileSync(cellsFile(folder, split), 'utf8')) as Cell[][];
}
