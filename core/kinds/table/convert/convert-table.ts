// Converts other formats to text or Parquet: by unpacking, or by writing rows as CSV.
import { join } from 'node:path';
import type { Remark } from '../../define/remark.ts';
import type { Format } from '../../formats/format.ts';
import { FORMATS } from '../../formats/register.ts';
import { BrokenDocumentError, openZipParts, type ZipParts } from '../../office/zip-parts.ts';
import { RefusedError, refusedError } from '../read/source-text.ts';
import type { Sheet } from './sheets/sheet.ts';
import { cellWriter } from './write-cells.ts';

export type ConvertRequest = {
  readonly file: string;
  readonly path: string;
  readonly folder: string;
  readonly sheet: string | undefined;
};
/** `file`: CSV whose first record has the names. */
export type Converted = { readonly file: string; readonly remarks: readonly Remark[] };
type Write = (row: (cells: readonly (string | null)[]) => void) => Promise<readonly Remark[]>;
type Convert = (request: ConvertRequest) => Promise<Write>;

const NO_TABLE = 'a web page without a table, perhaps what a server answered in place of the file';

/** The converters; each loads its code when it is first needed. */
const CONVERT: ReadonlyMap<Format, Convert> = new Map<Format, Convert>([
  [
    FORMATS.xlsx,
    (request) =>
      workbook(request, (parts) => async (name) => (await import('./sheets/read-xlsx.ts')).openXlsx(parts, name)),
  ],
  [
    FORMATS.ods,
    (request) =>
      workbook(request, (parts) => async (name) => (await import('./sheets/read-ods.ts')).openOds(parts, name)),
  ],
  [
    FORMATS.htmlTable,
    async (request) => {
      const sheet = await (await import('./sheets/read-html.ts')).openHtml(request);
      if (!('rows' in sheet) && sheet.length === 0) throw refusedError('table.empty', request.path, NO_TABLE);
      return written(request.path, sheet, request.sheet);
    },
  ],
  [FORMATS.arrow, arrow],
  [FORMATS.arrowStream, arrow],
  [FORMATS.avro, async ({ file }) => records((await import('./avro/read-avro.ts')).readAvro(file))],
]);

export function isConverted(format: Format): boolean {
  return CONVERT.has(format);
}

/** Throws RefusedError. */
export async function convertTable(request: ConvertRequest, format: Format): Promise<Converted> {
  const { path, folder } = request;
  const file = join(folder, 'converted.csv');
  try {
    const write = await (CONVERT.get(format) as Convert)(request);
    const out = cellWriter(file, path);
    try {
      return { file, remarks: await write(out.row) };
    } finally {
      out.close();
    }
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    throw refusedError('table.corrupt', path, `${format.name}: ${(error as Error).message}`.slice(0, 200));
  }
}

type Open = (wanted: string | undefined) => Promise<Sheet | readonly string[]>;

async function workbook(
  { file, path, sheet: wanted }: ConvertRequest,
  opener: (parts: ZipParts) => Open,
): Promise<Write> {
  const parts = await openZipParts(file);
  const open = opener(parts);
  return written(path, await open(wanted), wanted, { open, close: () => parts.close() });
}

/**
 * `sheet`: or the names of all, if none has the wanted name. Where no sheet is named and the first is empty, the next one that is not is read.
 */
async function written(
  path: string,
  sheet: Sheet | readonly string[],
  wanted: string | undefined,
  { open, close }: { readonly open?: Open; readonly close?: () => void } = {},
): Promise<Write> {
  const first = existing(sheet, path, wanted);
  const { surveySheet, tableRows } = await import('./sheets/sheet-to-rows.ts');
  return async (row) => {
    let chosen = first;
    let table = await surveySheet(chosen, path);
    while (table.columns.length === 0 && wanted === undefined && open && chosen.next !== undefined) {
      chosen = existing(await open(chosen.next), path, chosen.next);
      table = await surveySheet(chosen, path);
    }
    if (table.columns.length === 0)
      throw refusedError('table.empty', path, `the sheet "${first.name}" has no cell with a value`);
    for await (const cells of tableRows(chosen, table)) row(cells);
    close?.();
    return table.remarks;
  };
}

/** Throws RefusedError if there is no such sheet. */
function existing(sheet: Sheet | readonly string[], path: string, wanted: string | undefined): Sheet {
  if ('rows' in sheet) return sheet;
  const names = sheet.map((name) => `"${name}"`).join(', ') || 'none';
  throw refusedError('table.sheet', path, wanted ?? 'a workbook without a sheet that is shown', names);
}

async function arrow({ file }: ConvertRequest): Promise<Write> {
  const { columns, rows } = (await import('./read-arrow.ts')).readArrow(file);
  return records({ columns, blocks: () => [rows()] });
}

type Block = Iterable<(string | null)[]>;
type Records = { readonly columns: readonly string[]; blocks(): AsyncIterable<Block> | Iterable<Block> };

function records({ columns, blocks }: Records): Write {
  if (columns.length === 0) throw new BrokenDocumentError('no columns');
  return async (row) => {
    row(columns);
    for await (const block of blocks()) for (const cells of block) row(cells);
    return [];
  };
}
