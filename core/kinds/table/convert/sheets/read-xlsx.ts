// Reads a sheet of an Excel workbook (ECMA-376): values as the cells hold them, formulas by their stored value.
import { localName, readXml, xmlSteps } from '../../../office/read-xml.ts';
import { BrokenDocumentError, type ZipParts } from '../../../office/zip-parts.ts';
import { chosenSheet, MOST_SHEET_COLUMNS, type Sheet, type SheetRow } from './sheet.ts';
import { type DateKind, dateKindOf, dateOf } from './sheet-dates.ts';

type Workbook = {
  readonly sheets: { readonly name: string; readonly part: string; readonly hidden: boolean }[];
  readonly from1904: boolean;
};
type Context = {
  readonly strings: readonly string[];
  readonly formats: readonly DateKind[];
  readonly from1904: boolean;
};

/** Throws BrokenDocumentError. Undefined where there is no sheet of that name. */
export async function openXlsx(parts: ZipParts, wanted: string | undefined): Promise<Sheet | readonly string[]> {
  const { sheets, from1904 } = await readWorkbook(parts);
  const shown = sheets.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const names = sheets.map(({ name }) => name);
  const name = chosenSheet(wanted === undefined ? shown : names, wanted);
  const sheet = sheets.find((one) => one.name === name);
  if (!sheet || name === undefined) return names;
  const [strings, formats] = [await readStrings(parts), await readFormats(parts)];
  return {
    name,
    others: names.filter((other) => other !== name),
    next: shown[shown.indexOf(name) + 1],
    rows: () => rowsOf(parts, sheet.part, { strings, formats, from1904 }),
  };
}

async function readWorkbook(parts: ZipParts): Promise<Workbook> {
  const targets = new Map<string, string>();
  const relations = parts.read('xl/_rels/workbook.xml.rels');
  if (relations)
    await readXml(relations, {
      open(name, { Id, Target }) {
        if (localName(name) === 'Relationship' && Id && Target)
          targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`);
      },
    });
  const workbook = parts.read('xl/workbook.xml');
  if (!workbook) throw new BrokenDocumentError('no xl/workbook.xml');
  const sheets: Workbook['sheets'] = [];
  let from1904 = false;
  await readXml(workbook, {
    open(name, attributes) {
      if (localName(name) === 'workbookPr') from1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
      if (localName(name) !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => localName(key) === 'id' && key.includes(':'))?.[1];
      const part = targets.get(id ?? '') ?? `xl/worksheets/sheet${sheets.length + 1}.xml`;
      sheets.push({ name: attributes.name ?? '', part, hidden: (attributes.state ?? 'visible') !== 'visible' });
    },
  });
  return { sheets, from1904 };
}

/** Text of a shared string, without the readings that stand beside Japanese. */
async function readStrings(parts: ZipParts): Promise<string[]> {
  const strings: string[] = [];
  const bytes = parts.read('xl/sharedStrings.xml');
  if (!bytes) return strings;
  let current = '';
  let inText = false;
  let reading = 0;
  await readXml(bytes, {
    open(name) {
      const local = localName(name);
      if (local === 'si') current = '';
      if (local === 'rPh') reading++;
      inText = local === 't' && reading === 0;
    },
    text(text) {
      if (inText) current += text;
    },
    close(name) {
      const local = localName(name);
      if (local === 'si') strings.push(unescaped(current));
      if (local === 'rPh') reading--;
      if (local === 't') inText = false;
    },
  });
  return strings;
}

/** Returns, for each cell style, whether it shows a date. */
async function readFormats(parts: ZipParts): Promise<DateKind[]> {
  const codes = new Map<number, string>();
  const formats: DateKind[] = [];
  const bytes = parts.read('xl/styles.xml');
  if (!bytes) return formats;
  let inCells = false;
  await readXml(bytes, {
    open(name, { numFmtId, formatCode }) {
      const local = localName(name);
      if (local === 'numFmt' && formatCode !== undefined) codes.set(Number(numFmtId), formatCode);
      if (local === 'cellXfs') inCells = true;
      if (local === 'xf' && inCells) formats.push(dateKindOf(Number(numFmtId ?? 0), codes.get(Number(numFmtId))));
    },
    close(name) {
      if (localName(name) === 'cellXfs') inCells = false;
    },
  });
  return formats;
}

async function* rowsOf(parts: ZipParts, part: string, context: Context): AsyncGenerator<SheetRow> {
  const bytes = parts.read(part);
  if (!bytes) throw new BrokenDocumentError(`no ${part}`);
  let found: SheetRow[] = [];
  let cells: (string | null)[] = [];
  let hidden = false;
  let column = 0;
  let type = 'n';
  let style = 0;
  let value = '';
  let inValue = false;
  let isFormula = false;
  let unstored = 0;
  const handler = {
    open(name: string, attributes: Readonly<Record<string, string>>) {
      const local = localName(name);
      if (local === 'row') {
        cells = [];
        unstored = 0;
        hidden = attributes.hidden === '1' || attributes.hidden === 'true';
      } else if (local === 'c') {
        column = attributes.r === undefined ? cells.length : columnOf(attributes.r);
        type = attributes.t ?? 'n';
        style = Number(attributes.s ?? 0);
        value = '';
        isFormula = false;
      } else if (local === 'f') isFormula = true;
      else inValue = local === 'v' || local === 't';
    },
    text(text: string) {
      if (inValue) value += text;
    },
    close(name: string) {
      const local = localName(name);
      if (local === 'v' || local === 't') inValue = false;
      if (local === 'c') {
        while (cells.length < column) cells.push(null);
        cells[column] = cellOf(value, type, context.formats[style], context);
        // An empty text is a value, too.
        if (isFormula && value === '' && type !== 'str') unstored++;
      } else if (local === 'row') found.push({ cells, hidden, unstored });
    },
  };
  for await (const _ of xmlSteps(bytes, handler)) {
    yield* found;
    found = [];
  }
}

/** `AB12` -> 27. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of reference) {
    if (letter < 'A' || letter > 'Z') break;
    column = column * 26 + letter.charCodeAt(0) - 64;
  }
  if (column < 1 || column > MOST_SHEET_COLUMNS) throw new BrokenDocumentError(`a cell at ${reference.slice(0, 20)}`);
  return column - 1;
}

function cellOf(value: string, type: string, format: DateKind, { strings, from1904 }: Context): string | null {
  if (value === '') return null;
  if (type === 's') return strings[Number(value)] || null;
  if (type === 'str' || type === 'inlineStr') return unescaped(value);
  if (type === 'b') return value === '1' ? 'true' : 'false';
  if (type === 'd') return value.replace('T', ' ').replace(/ 00:00:00(\.0+)?$/, '');
  if (type === 'e') return value;
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  return (format && dateOf(number, format, from1904)) ?? String(number);
}

/** Characters that XML has no room for are written `_x000D_`. */
function unescaped(text: string): string {
  return text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    : text;
}
