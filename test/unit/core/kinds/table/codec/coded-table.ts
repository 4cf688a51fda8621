// Tables through a codec and back.
import { uniforms } from '#core/base/random.ts';
import { BLOCK_ROWS, rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import { type Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { fitCodec, type TrainingColumn } from '#core/kinds/table/codec/fit-codec.ts';
import type { ColumnType } from '#core/kinds/table/schema/schema.ts';

export const MICROS_A_DAY = 86_400_000_000;
export const column = (name: string, type: ColumnType, cells: Cell[]): TrainingColumn => ({
  name,
  in: name,
  type,
  cells,
});
export const draws = (stream: string, count: number) => [...uniforms(7, stream, count)];
export const decodeAll = (codec: TableCodec, codes: Uint8Array, rows: number, seed = 1): Cell[][] => {
  const coder = rowCoder(codec);
  const columns: Cell[][] = codec.columns.map(() => []);
  for (let block = 0; block * BLOCK_ROWS < rows; block++) {
    const part = codes.subarray(
      block * BLOCK_ROWS * coder.width,
      Math.min(rows, (block + 1) * BLOCK_ROWS) * coder.width,
    );
    coder.decode(part, { seed, block }).forEach((cells, at) => {
      columns[at]?.push(...cells);
    });
  }
  return columns;
};
export const roundTrip = (columns: TrainingColumn[], seed = 1) => {
  const codec = TableCodec.parse(JSON.parse(JSON.stringify(fitCodec(columns))));
  const coder = rowCoder(codec);
  const codes = coder.encode(columns.map(({ cells }) => cells));
  const decoded = decodeAll(codec, codes, columns[0]?.cells.length ?? 0, seed);
  return { codec, coder, codes, decoded };
};
