// Codes of drawn rows as the CSV that people see.
import { BLOCK_ROWS, rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { csvOf } from '#core/kinds/table/codec/write-rows.ts';
import type { TableInput } from '#core/model/messages/card.ts';
import type { ShownSamples } from '../shown-samples.ts';
import { readCodec } from './table-files.ts';

export function showRows(codes: Uint8Array, { delimiter }: TableInput, folder: string): ShownSamples {
  const codec = readCodec(folder);
  const text = csvOf(codec, decodeRows(codec, codes, 1), { delimiter, header: true });
  return { extension: 'csv', contentType: 'text/csv; charset=utf-8', bytes: new TextEncoder().encode(text) };
}

/** The columns of rows of codes. */
export function decodeRows(codec: TableCodec, codes: Uint8Array, seed: number): Cell[][] {
  const coder = rowCoder(codec);
  const used = new Map<number, Set<string>>();
  const columns: Cell[][] = codec.columns.map(() => []);
  const length = BLOCK_ROWS * coder.width;
  for (let block = 0; block * length < codes.length; block++) {
    const part = codes.subarray(block * length, (block + 1) * length);
    for (const [column, cells] of coder.decode(part, { seed, block, used }).entries())
      for (const cell of cells) columns[column]?.push(cell);
  }
  return columns;
}
