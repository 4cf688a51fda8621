// What stands in a workbook beside its table.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FORMATS } from '#core/kinds/formats/register.ts';
import { convertTable } from '#core/kinds/table/convert/convert-table.ts';
import { workbook } from '../../../../../fixtures/workbooks.ts';

const folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function converted(bytes: Uint8Array) {
  const file = join(folder, 'source');
  writeFileSync(file, bytes);
  const { file: csv, remarks } = await convertTable({ file, path: 'a', folder, sheet: undefined }, FORMATS.xlsx);
  return { rows: readFileSync(csv, 'utf8'), remarks };
}

test('notes of one cell below a table are left out and told, and so is a last row that may be a total', async () => {
  const row = (...cells: string[]) => `<row>${cells.map((cell) => `<c t="str"><v>${cell}</v></c>`).join('')}</row>`;
  const body = Array.from({ length: 6 }, (_, i) => row(`A${i}`, `${i}`, 'x'));
  const table = [row('Sales'), row('shop', 'units', 'by'), ...body].join('');
  const sheet = await workbook({ A: `${table}${row('Total', '15')}${row('Source: ERP')}${row('of May')}` });
  const { rows, remarks } = await converted(sheet);
  expect(rows.split('\n').slice(-3)).toEqual(['"A5","5","x"', '"Total","15",', '']);
  expect(remarks.map(({ given }) => given)).toEqual(
    expect.arrayContaining([
      'rows of one cell below the table are left out',
      'the last row may be a total, and is read: "Total"',
    ]),
  );
  const sparse = await workbook({ A: `${table}${row('A7')}${row('A8', '1', 'x')}${row('A9')}` });
  expect((await converted(sparse)).rows).toContain('"A9",');
});
