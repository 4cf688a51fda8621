// Reads a sheet of an OpenDocument spreadsheet: values as the cells hold them.
import { type Attributes, localName, readXml, xmlSteps } from '../../../office/read-xml.ts';
import { BrokenDocumentError, type ZipParts } from '../../../office/zip-parts.ts';
import { chosenSheet, MOST_SHEET_COLUMNS, type Sheet, type SheetRow } from './sheet.ts';

const CONTENT = 'content.xml';
/**
 * Maximum number of repeated rows or cells with a value. Programs fill sheets with repeated empty cells and rows, but rarely with repeated
 * values.
 */
const MOST_REPEATS = 1_000;

/** Throws BrokenDocumentError. Returns the names of the sheets if none has the wanted name. */
export async function openOds(parts: ZipParts, wanted: string | undefined): Promise<Sheet | readonly string[]> {
  const names: string[] = [];
  await readXml(contentOf(parts), {
    open(name, attributes) {
      if (name === 'table:table') names.push(attributes['table:name'] ?? '');
    },
  });
  const name = chosenSheet(names, wanted);
  if (name === undefined) return names;
  const place = names.indexOf(name);
  const others = names.filter((other) => other !== name);
  return { name, others, next: names[place + 1], rows: () => rowsOf(parts, place) };
}

function contentOf(parts: ZipParts): AsyncIterable<Uint8Array> {
  const bytes = parts.read(CONTENT);
  if (!bytes) throw new BrokenDocumentError(`no ${CONTENT}`);
  return bytes;
}

async function* rowsOf(parts: ZipParts, place: number): AsyncGenerator<SheetRow> {
  let found: SheetRow[] = [];
  let sheet = -1;
  let cells: (string | null)[] = [];
  let cell: Attributes = {};
  let paragraphs: string[] = [];
  let row: Attributes = {};
  let note = 0;
  const isCell = (name: string) => name === 'table:table-cell' || name === 'table:covered-table-cell';
  const handler = {
    open(name: string, attributes: Attributes) {
      if (name === 'table:table') sheet++;
      if (sheet !== place) return;
      if (name === 'office:annotation') note++;
      if (name === 'table:table-row') {
        cells = [];
        row = attributes;
      } else if (isCell(name)) {
        cell = attributes;
        paragraphs = [];
      } else if (localName(name) === 'p' && note === 0) paragraphs.push('');
      else if (name === 'text:s' && paragraphs.length > 0)
        append(' '.repeat(Math.min(100, Number(attributes['text:c'] ?? 1))));
    },
    text(text: string) {
      if (sheet === place && note === 0 && paragraphs.length > 0) append(text);
    },
    close(name: string) {
      if (sheet !== place) return;
      if (name === 'office:annotation') note--;
      if (isCell(name)) {
        const value = cellValue(cell, paragraphs.join('\n'));
        const repeats = Number(cell['table:number-columns-repeated'] ?? 1);
        const most = value === null ? MOST_SHEET_COLUMNS - cells.length : MOST_REPEATS;
        for (let i = 0; i < Math.min(repeats, most); i++) cells.push(value);
        paragraphs = [];
      } else if (name === 'table:table-row') {
        const last = cells.findLastIndex((one) => one !== null);
        const repeats = last < 0 ? 1 : Math.min(MOST_REPEATS, Number(row['table:number-rows-repeated'] ?? 1));
        const hidden = (row['table:visibility'] ?? 'visible') !== 'visible';
        for (let i = 0; i < repeats; i++) found.push({ cells: cells.slice(0, last + 1), hidden });
      }
    },
  };
  const append = (text: string) => {
    paragraphs[paragraphs.length - 1] += text;
  };
  for await (const _ of xmlSteps(contentOf(parts), handler)) {
    yield* found;
    found = [];
  }
}

function cellValue(cell: Attributes, shown: string): string | null {
  const type = cell['office:value-type'] ?? cell['calcext:value-type'];
  if (type === 'float' || type === 'percentage' || type === 'currency') {
    const number = Number(cell['office:value']);
    return Number.isFinite(number) ? String(number) : (cell['office:value'] ?? null);
  }
  if (type === 'date') return (cell['office:date-value'] ?? shown).replace('T', ' ').replace(/ 00:00:00(\.0+)?$/, '');
  if (type === 'time') {
    const parts = /^PT(\d+)H(\d+)M(\d+)(?:[.,](\d+))?S$/.exec(cell['office:time-value'] ?? '');
    return parts
      ? `${parts
          .slice(1, 4)
          .map((part) => String(part).padStart(2, '0'))
          .join(':')}`
      : shown || null;
  }
  if (type === 'boolean') return cell['office:boolean-value'] ?? null;
  return (cell['office:string-value'] ?? shown) || null;
}
