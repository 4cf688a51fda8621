// Tables of people who joined something, clean or with known defects planted in them. The same seed gives the same table.

import { uniforms } from '#core/base/random.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import type { TableSchema } from '#core/kinds/table/schema/schema.ts';

/** What is planted, each found by the rule of that name. */
export const TABLE_DEFECTS = [
  'table.category',
  'table.range',
  'table.type',
  'table.null',
  'table.stale',
  'table.unique',
  'table.row-rule',
  'table.pattern',
  'table.ragged-row',
] as const satisfies readonly IssueCode[];
export type TableDefect = (typeof TABLE_DEFECTS)[number];
export type PlantedTable = {
  readonly csv: Buffer;
  /** By line of the file, the header being line 1. */
  readonly defects: ReadonlyMap<number, TableDefect>;
};

/** The day on which the tables are looked at. */
export const NOW = new Date('2026-01-01T00:00:00Z');
/** What no table shows by itself, so that somebody has to say it. */
export const DECLARED_RULES: TableSchema['rules'] = [
  { name: 'order', check: 'low <= high' },
  { name: 'fresh', column: 'joined', maxAgeDays: 4_100 },
];

const HEADER = 'id,age,income,colour,city,joined,score,active,code,note,low,high';
const COLOURS = ['black', 'blue', 'green', 'yellow', 'magenta'];
const CITIES = Array.from({ length: 40 }, (_, i) => `Town ${String.fromCharCode(65 + (i % 26))}${i}`);
const WORDS = ['seen', 'paid', 'asked', 'called back', 'moved'];
const NEITHER = ['abc', 'twelve', '1-2', '0x1f', '3 or 4'];
const DRAWS_A_ROW = 18;
const ROWS_A_BLOCK = 20_000;
const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.parse('2015-01-01T00:00:00Z');
const STALE_DAY_MS = Date.parse('2013-06-01T00:00:00Z');
const DAYS = 3_600;
/** Rows before the first defect, so that a repeated key has one to repeat. */
const CLEAN_START = 100;

type Cells = string[];
type Draw = (count: number) => number;

/** `ofEach` defects of each of these rules, spread over the table. */
export function plantedTable(
  rows: number,
  seed: number,
  { ofEach = 0, defects = TABLE_DEFECTS as readonly TableDefect[] } = {},
): PlantedTable {
  const step = Math.floor((rows - CLEAN_START) / Math.max(1, ofEach * defects.length));
  if (ofEach > 0 && step < 1) throw new Error('more defects than rows');
  const planted = new Map<number, TableDefect>();
  const blocks: Buffer[] = [Buffer.from(`${HEADER}\n`)];
  for (let first = 0; first < rows; first += ROWS_A_BLOCK) {
    const draws = uniforms(seed, `table ${first}`, ROWS_A_BLOCK * DRAWS_A_ROW);
    const lines: string[] = [];
    for (let row = first; row < Math.min(rows, first + ROWS_A_BLOCK); row++) {
      let at = (row - first) * DRAWS_A_ROW;
      const draw: Draw = (count) => Math.floor((draws[at++] as number) * count);
      const cells = cleanRow(row, draw);
      const nth = (row - CLEAN_START) / step;
      if (row >= CLEAN_START && Number.isInteger(nth) && nth < ofEach * defects.length) {
        const defect = defects[nth % defects.length] as TableDefect;
        plant(cells, defect, draw);
        planted.set(row + 2, defect);
      }
      lines.push(cells.join(','));
    }
    blocks.push(Buffer.from(`${lines.join('\n')}\n`));
  }
  return { csv: Buffer.concat(blocks), defects: planted };
}

function cleanRow(row: number, draw: Draw): Cells {
  const low = draw(100_000);
  return [
    String(row),
    String(18 + draw(70)),
    ((300_000 + draw(5_700_000)) / 100).toFixed(2),
    pick(COLOURS, draw),
    pick(CITIES, draw),
    dayAt(FIRST_DAY_MS, draw(DAYS)),
    (draw(1_000_001) / 1e6).toFixed(6),
    draw(2) === 0 ? 'true' : 'false',
    `A${String(draw(100_000)).padStart(5, '0')}`,
    `"note ${draw(1_000_000)}, ${pick(WORDS, draw)}"`,
    (low / 1000).toFixed(3),
    ((low + draw(50_000)) / 1000).toFixed(3),
  ];
}

function plant(cells: Cells, defect: TableDefect, draw: Draw): void {
  const [column, text] = planting(cells, defect, draw);
  if (column >= 0) cells[column] = text;
  else if (text === '') cells.pop();
  else cells.push(text);
}

/** Which cell gets which text; below zero for the end of the row, which loses or gains a cell. */
function planting(cells: Cells, defect: TableDefect, draw: Draw): [column: number, text: string] {
  switch (defect) {
    case 'table.category':
      return [3, misspelt(cells[3] as string, draw)];
    case 'table.range':
      return draw(2) === 0 ? [1, String(pickOf([-1, 130, 999], draw))] : [6, String(pickOf([-0.5, 1.5, 42], draw))];
    case 'table.type':
      return draw(2) === 0 ? [pickOf([1, 2, 10], draw), pick(NEITHER, draw)] : [5, `2019-02-${30 + draw(60)}`];
    case 'table.null':
      return [pickOf([1, 3, 5, 8], draw), draw(2) === 0 ? '' : 'NA'];
    case 'table.stale':
      return [5, dayAt(STALE_DAY_MS, draw(300))];
    case 'table.unique':
      return [0, String(draw(CLEAN_START))];
    case 'table.row-rule':
      return [11, (Number(cells[10]) - 0.001 - draw(1000) / 1000).toFixed(3)];
    case 'table.pattern':
      return [8, pickOf([`A${draw(10_000)}`, `AB${draw(90_000)}`, `${cells[8]}x`, `${draw(90_000)}A`], draw)];
    case 'table.ragged-row':
      return [-1, draw(2) === 0 ? '' : 'one more'];
  }
}

/** A letter doubled, left out or swapped with its neighbour, which makes it no other word of the list. */
function misspelt(word: string, draw: Draw): string {
  const at = 1 + draw(word.length - 2);
  const [letter, next] = [word[at] as string, word[at + 1] as string];
  const others = [letter + letter + next, next, letter === next ? letter : next + letter];
  return word.slice(0, at) + pick(others, draw) + word.slice(at + 2);
}

function dayAt(firstMs: number, days: number): string {
  return new Date(firstMs + days * DAY_MS).toISOString().slice(0, 10);
}

function pick(from: readonly string[], draw: Draw): string {
  return from[draw(from.length)] as string;
}

function pickOf<T>(from: readonly T[], draw: Draw): T {
  return from[draw(from.length)] as T;
}
