// Generators with a known fault in the model's place: the figures must show it, and promotion must stop it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { permutation, uniforms } from '#core/base/random.ts';
import { BLOCK_ROWS, rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import { type Cell, subColumnsOf } from '#core/kinds/table/codec/codec.ts';
import { fitCodec } from '#core/kinds/table/codec/fit-codec.ts';
import type { TableMetrics } from '#core/model/messages/table-metrics.ts';
import { tableFaults } from '#core/model/promotion/table-faults.ts';
import type { TableSampler } from '#core/model/table/table-sampler.ts';
import { cellsFile } from '../../../../../containers/trainer/data/table/table-files.ts';
import { judgeTable } from '../../../../../containers/trainer/evaluate/table/judge.ts';

const folder = mkdtempSync(join(tmpdir(), 'goldpan-planted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAMES = ['age', 'income', 'job', 'city', 'rich'];
const TYPES = ['integer', 'number', 'category', 'category', 'boolean'] as const;
/** Age decides income and job, both decide the last column. */
function people(rows: number, seed: number): Cell[][] {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((stream) => uniforms(seed, stream, rows)) as Float64Array[];
  const age = Array.from(a as Float64Array, (u) => 18 + Math.floor(u * 60));
  const income = age.map((years, row) => Math.round(years * 800 * (0.6 + (b?.[row] as number)) * 100) / 100);
  const job = age.map((years, row) => `job${Math.floor(years / 20 + (c?.[row] as number) * 2)}`);
  const city = Array.from(d as Float64Array, (u) => `city${Math.floor(u * u * 30)}`);
  return [age, income, job, city, income.map((value) => value > 42_000)];
}
const [train, test_] = [people(800, 1), people(400, 2)];
const codec = fitCodec(
  train.map((cells, at) => ({
    name: NAMES[at] as string,
    in: NAMES[at] as string,
    type: TYPES[at] as 'integer',
    cells,
  })),
);
const coder = rowCoder(codec);
/** Draws the codes of given rows in order. */
const replaying = (cells: Cell[][]): TableSampler => {
  const codes = coder.encode(cells);
  const rows = codes.length / coder.width;
  const draw = async ({ block }: { block: number }) =>
    Uint8Array.from({ length: BLOCK_ROWS * coder.width }, (_, at) => {
      const row = (block * BLOCK_ROWS + Math.floor(at / coder.width)) % rows;
      return codes[row * coder.width + (at % coder.width)] as number;
    });
  return {
    draw,
    complete: draw,
    chances: async () => new Float64Array(BLOCK_ROWS).fill(0.5),
    close: async () => undefined,
  };
};
const judged = async (sampler: TableSampler): Promise<TableMetrics> => {
  const { table } = await judgeTable({
    folder,
    codec,
    sampler,
    nats: 1,
    seed: 1,
    yieldToEventLoop: async () => undefined,
  });
  return table as TableMetrics;
};
const figure = ({ figures }: TableMetrics, wanted: string) => figures.find(({ name }) => name === wanted);

beforeAll(() => {
  writeFileSync(cellsFile(folder, 'train'), JSON.stringify(train));
  writeFileSync(cellsFile(folder, 'test'), JSON.stringify(test_));
  expect(subColumnsOf(codec).length).toBeGreaterThan(3);
});

test('fresh rows of the same distribution have no fault, and every figure is near that of real rows', async () => {
  const metrics = await judged(replaying(people(800, 9)));
  expect(tableFaults(metrics)).toEqual([]);
  expect(figure(metrics, 'detection')?.model).toBeLessThan(0.65);
  expect(figure(metrics, 'quality')?.model).toBeGreaterThan(0.93);
  expect(figure(metrics, 'tstr')?.model).toBeGreaterThan((figure(metrics, 'tstr')?.real ?? 1) - 0.05);
  expect(figure(metrics, 'detection')?.shuffled).toBeGreaterThan(0.8);
  expect(metrics.target).toBe('rich');
});

test('one row drawn again and again is collapsed', async () => {
  const faults = tableFaults(await judged(replaying(people(1, 9))));
  expect(faults).toContainEqual(expect.objectContaining({ code: 'collapsed', blocks: true }));
});

test('training rows as they are are copies', async () => {
  const faults = tableFaults(await judged(replaying(train)));
  expect(faults).toContainEqual(expect.objectContaining({ code: 'copied', blocks: true }));
});

test('shuffled columns are no better than shuffled columns', async () => {
  const mixed = train.map((column, place) => {
    const order = permutation(5, `mix/${place}`, column.length);
    return column.map((_, row) => column[order[row] as number] as Cell);
  });
  const worse = mixed.map((column, place) => (place === 0 ? column.map((cell, row) => (row % 3 ? cell : 18)) : column));
  const faults = tableFaults(await judged(replaying(worse)));
  expect(faults).toContainEqual(expect.objectContaining({ code: 'worse-than-baseline', blocks: true }));
});
