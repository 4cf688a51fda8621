// Converts other formats to text or Parquet: by unpacking, or by writing rows as CSV.
import { join } from 'node:path';
import type { Remark } from '../../define/remark.ts';
import type { Format } from '../../formats/format.ts';
import { FORMATS } from '../../formats/register.ts';
import { BrokenDocumentError, openZipParts } from '../../office/zip-parts.ts';
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
      workbook(request, async (parts) => (await import('./sheets/read-xlsx.ts')).openXlsx(parts, request.sheet)),
  ],
  [
    FORMATS.ods,
    (request) =>
      workbook(request, async (parts) => (await import('./sheets/read-ods.ts')).openOds(parts, request.sheet)),
  ],
  [
    FORMATS.htmlTable,
    async (request) => {
      const sheet = await (await import('./sheets/read-html.ts')).openHtml(request);
      if (!('rows' in sheet) && sheet.length === 0) throw refusedError('table.empty', request.path, NO_TABLE);
      return written(request.path, sheet, request.sheet);
    },
  ],
  [FORMATS.arrow, async ({ file }) => records((await import('./read-arrow.ts')).readArrow(file))],
  [FORMATS.arrowStream, async ({ file }) => records((await import('./read-arrow.ts')).readArrow(file))],
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

async function workbook(
  { file, path, sheet: wanted }: ConvertRequest,
  open: (parts: Awaited<ReturnType<typeof openZipParts>>) => Promise<Sheet | readonly string[]>,
): Promise<Write> {
  const parts = await openZipParts(file);
  return written(path, await open(parts), wanted, () => parts.close());
}

/** `sheet`: or the names of all, if none has the wanted name. `close`: what is called at the end. */
async function written(
  path: string,
  sheet: Sheet | readonly string[],
  wanted: string | undefined,
  close: () => void = () => undefined,
): Promise<Write> {
  if (!('rows' in sheet)) {
    const names = sheet.map((name) => `"${name}"`).join(', ') || 'none';
    throw refusedError(
      'table.sheet',
      path,
      wanted === undefined ? 'a workbook without a sheet that is shown' : wanted,
      names,
    );
  }
  const { surveySheet, tableRows } = await import('./sheets/sheet-to-rows.ts');
  return async (row) => {
    const table = await surveySheet(sheet, path);
    if (table.columns.length === 0)
      throw refusedError('table.empty', path, `the sheet "${sheet.name}" has no cell with a value`);
    for await (const cells of tableRows(sheet, table)) row(cells);
    close();
    return table.remarks;
  };
}

function records(read: { readonly columns: readonly string[]; rows(): Iterable<(string | null)[]> }): Write {
  if (read.columns.length === 0) throw new BrokenDocumentError('no columns');
  return async (row) => {
    row(read.columns);
    for (const cells of read.rows()) row(cells);
    return [];
  };
}
