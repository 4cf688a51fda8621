// Pairs of tables that hang together more or less, real and drawn, for comparisons with the Python library.
import { normals, uniforms } from '#core/base/random.ts';
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { fitCodec } from '#core/kinds/table/codec/fit-codec.ts';

export const COLUMNS = ['a', 'b', 'c', 'd', 'e', 'f'];
export const TYPES = ['number', 'number', 'integer', 'category', 'category', 'boolean'] as const;

/** Six columns; `strength` says how much they hang together, nulls come at a rate of the seed. */
export function randomCells(seed: number, rows: number, strength: number): Cell[][] {
  const common = normals(seed, 'common', rows);
  const noise = (name: string) => normals(seed, name, rows);
  const lacks = (name: string) => uniforms(seed, `null/${name}`, rows);
  const rate = (seed % 4) * 0.03;
  const mix = (name: string) => noise(name).map((z, row) => strength * (common[row] as number) + (1 - strength) * z);
  const nulls = (name: string, cells: Cell[]): Cell[] => {
    const draws = lacks(name);
    return cells.map((cell, row) => ((draws[row] as number) < rate ? null : cell));
  };
  const rounded = (z: number) => Math.round(z * 1000) / 1000;
  const words = (name: string, count: number) =>
    Array.from(mix(name), (z) => `${name}${Math.max(0, Math.min(count - 1, Math.floor(count / 2 + z * 1.5)))}`);
  return [
    nulls('a', Array.from(mix('a'), rounded)),
    Array.from(mix('b'), (z) => rounded(z * 10 - 3)),
    nulls(
      'c',
      Array.from(mix('c'), (z) => Math.round(Math.exp(z + 2))),
    ),
    nulls('d', words('d', 4)),
    words('e', 7),
    Array.from(mix('f'), (z) => z > 0.3),
  ];
}

export function codecOf(cells: Cell[][]): TableCodec {
  return fitCodec(
    cells.map((column, at) => ({
      name: COLUMNS[at] as string,
      in: COLUMNS[at] as string,
      type: TYPES[at] as 'number',
      cells: column,
    })),
  );
}

export const PAIRS = Array.from({ length: 20 }, (_, seed) => ({
  seed,
  real: () => randomCells(2 * seed + 1, 150 + 20 * seed, 0.35 + 0.03 * seed),
  drawn: () => randomCells(2 * seed + 2, 120 + 25 * seed, 0.6),
}));
