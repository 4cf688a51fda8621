// A table whose distribution is known: a class decides two columns, a third one is free, a fourth follows from the first two.
import { uniforms } from '#core/base/random.ts';
import { rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import { type Cell, subColumnsOf, type TableCodec } from '#core/kinds/table/codec/codec.ts';
import { fitCodec } from '#core/kinds/table/codec/fit-codec.ts';
import type { Items } from '../../../../../containers/trainer/data/batches.ts';
import {
  countCodes,
  type TableLayout,
  tableLayout,
} from '../../../../../containers/trainer/models/table/table-layout.ts';

export type KnownTable = {
  readonly codec: TableCodec;
  readonly layout: TableLayout;
  readonly logShares: Float32Array;
  readonly train: Items<Uint8Array>;
  readonly validation: Items<Uint8Array>;
  readonly test: Items<Uint8Array>;
  readonly cells: Record<'train' | 'validation' | 'test', Cell[][]>;
};

export const NAMES = ['shape', 'colour', 'size', 'sum'];

/** The entropy of a row in nats: ln 3 for the shape, that of a colour given its shape, ln 4 for the size. */
export const ENTROPY = Math.log(3) - (0.8 * Math.log(0.8) + 0.2 * Math.log(0.1)) + Math.log(4);

export function cellsOf(rows: number, seed: number): Cell[][] {
  const [a, b, c] = ['shape', 'colour', 'size'].map((stream) => uniforms(seed, stream, rows)) as Float64Array[];
  const shape = Array.from(a as Float64Array, (u) => Math.floor(u * 3));
  const colour = shape.map((place, row) => {
    const u = b?.[row] as number;
    return u < 0.8 ? place : (place + (u < 0.9 ? 1 : 2)) % 3;
  });
  const size = Array.from(c as Float64Array, (u) => Math.floor(u * 4));
  return [
    shape.map((place) => ['circle', 'square', 'star'][place] as string),
    colour.map((place) => ['red', 'green', 'blue'][place] as string),
    size,
    size.map((number, row) => number + 10 * (shape[row] as number)),
  ];
}

export function knownTable(rows = 4000): KnownTable {
  const cells = { train: cellsOf(rows, 1), validation: cellsOf(800, 2), test: cellsOf(800, 3) };
  const types = ['category', 'category', 'integer', 'integer'] as const;
  const codec = fitCodec(
    cells.train.map((column, at) => ({
      name: NAMES[at] as string,
      in: NAMES[at] as string,
      type: types[at] as 'integer',
      cells: column,
    })),
  );
  const coder = rowCoder(codec);
  const items = (of: Cell[][]): Items<Uint8Array> => {
    const bytes = coder.encode(of);
    const count = bytes.length / coder.width;
    return {
      items: count,
      size: coder.width,
      bytes,
      areCodes: true,
      labels: new Int32Array(count).fill(-1),
      classes: 0,
    };
  };
  const layout = tableLayout(subColumnsOf(codec));
  const train = items(cells.train);
  const counts = countCodes(layout, train.bytes);
  const logShares = Float32Array.from(counts, (count) => Math.log((count + 0.1) / (rows + 0.1)));
  return { codec, layout, logShares, train, validation: items(cells.validation), test: items(cells.test), cells };
}
