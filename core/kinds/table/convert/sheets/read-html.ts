// Reads a table of HTML, as many programs export it under the name of a workbook: the one with the most rows, or the one named.
import { readFileSync } from 'node:fs';
import { type Attributes, xmlSteps } from '../../../office/read-xml.ts';
import { chosenSheet, MOST_SHEET_COLUMNS, type Sheet, type SheetRow } from './sheet.ts';

const PIECE_BYTES = 64 * 1024;
/** Where a page names its encoding. */
const META_BYTES = 2048;
const MOST_SPAN = 1_000;
/** What Excel writes beside the number that it shows. */
const VALUE = 'x:num';

type Open = {
  readonly place: number;
  row: Cell[] | undefined;
  cell: { attributes: Attributes; text: string } | undefined;
};
type Cell = { readonly text: string | null; readonly columns: number; readonly rows: number };
type Found = { name: string; rows: number };

/** Returns the names of the tables if none has the wanted name. */
export async function openHtml({
  file,
  sheet: wanted,
}: {
  readonly file: string;
  readonly sheet: string | undefined;
}): Promise<Sheet | readonly string[]> {
  const text = decoded(readFileSync(file));
  const tables: Found[] = [];
  for await (const { place, caption, row } of walk(text)) {
    tables[place] ??= { name: `table ${place + 1}`, rows: 0 };
    const table = tables[place];
    if (caption) table.name = caption;
    if (row) table.rows++;
  }
  const byRows = tables.map(({ name, rows }) => ({ name, rows })).sort((a, b) => b.rows - a.rows);
  const name = chosenSheet(
    byRows.filter(({ rows }) => rows > 0).map((table) => table.name),
    wanted,
  );
  if (name === undefined) return tables.map((table) => table.name);
  const chosen = tables.findIndex((table) => table.name === name);
  return {
    name,
    others: tables.map((table) => table.name).filter((other) => other !== name),
    rows: () => rowsOf(text, chosen),
  };
}

/** A cell that spans rows is repeated in each of them; one that spans columns is a title of several and stands in the first. */
async function* rowsOf(text: string, chosen: number): AsyncGenerator<SheetRow> {
  let hanging: { cell: Cell; left: number }[] = [];
  for await (const { place, row } of walk(text)) {
    if (place !== chosen || !row) continue;
    const cells: (string | null)[] = [];
    const next: typeof hanging = [];
    const own = [...row];
    while (cells.length < MOST_SHEET_COLUMNS && (own.length > 0 || hanging[cells.length])) {
      const above = hanging[cells.length];
      const cell = above?.cell ?? (own.shift() as Cell);
      const left = above ? above.left - 1 : cell.rows - 1;
      if (left > 0) next[cells.length] = { cell: { ...cell, columns: 1 }, left };
      cells.push(cell.text);
      if (!above) for (let i = 1; i < cell.columns; i++) cells.push(null);
    }
    hanging = next;
    yield { cells, hidden: false };
  }
}

type Step = { readonly place: number; readonly caption?: string; readonly row?: readonly Cell[] };

/** Every row, and every caption, with the place of its table among all. */
async function* walk(text: string): AsyncGenerator<Step> {
  const open: Open[] = [];
  let found: Step[] = [];
  let count = 0;
  let caption: string | undefined;
  const endCell = (table: Open) => {
    const { row, cell } = table;
    if (cell) row?.push(cellOf(cell.attributes, cell.text));
    table.cell = undefined;
  };
  const handler = {
    open(name: string, attributes: Attributes) {
      const table = open.at(-1);
      if (name === 'table') open.push({ place: count++, row: undefined, cell: undefined });
      else if (name === 'caption') caption = '';
      else if (table && name === 'tr') table.row = [];
      else if (table && (name === 'td' || name === 'th')) table.cell = { attributes, text: '' };
      else if (table?.cell && name === 'br') table.cell.text += ' ';
    },
    text(piece: string) {
      const cell = open.at(-1)?.cell;
      if (caption !== undefined) caption += piece;
      else if (cell) cell.text += piece;
    },
    close(name: string) {
      const table = open.at(-1);
      if (!table) return;
      if (name === 'caption') {
        found.push({ place: table.place, caption: plain(caption ?? '') });
        caption = undefined;
      } else if (name === 'td' || name === 'th') endCell(table);
      else if (name === 'tr') {
        if (table.row && table.row.length > 0) found.push({ place: table.place, row: table.row });
        table.row = undefined;
      } else if (name === 'table') open.pop();
    },
  };
  for await (const _ of xmlSteps(piecesOf(text), handler, { isHtml: true })) {
    yield* found;
    found = [];
  }
}

function cellOf(attributes: Attributes, text: string): Cell {
  const span = (name: string) => Math.min(MOST_SPAN, Math.max(1, Number.parseInt(attributes[name] ?? '1', 10) || 1));
  return { text: attributes[VALUE] || plain(text) || null, columns: span('colspan'), rows: span('rowspan') };
}

/** White space as a browser shows it. */
function plain(text: string): string {
  return text.replaceAll(/[\s\u00a0]+/g, ' ').trim();
}

function decoded(bytes: Uint8Array): string {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, META_BYTES));
  const named = /<meta[^>]+charset=["']?([\w-]+)/i.exec(start)?.[1];
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(isUtf16 ? 'utf-16le' : (named ?? 'utf-8'), { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

async function* piecesOf(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
