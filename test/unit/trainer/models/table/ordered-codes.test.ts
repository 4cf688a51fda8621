import { expect, test } from 'vitest';
import { normals, uniforms } from '#core/base/random.ts';
import { subColumnsOf } from '#core/kinds/table/codec/codec.ts';
import { fitCodec } from '#core/kinds/table/codec/fit-codec.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { resolveTableTrain } from '#core/model/resolve-table-train.ts';
import { tf } from '../../../../../containers/trainer/engine/tensorflow.ts';
import type { StateMap } from '../../../../../containers/trainer/engine/types.ts';
import { orderedCodes, SHARED, withoutShared } from '../../../../../containers/trainer/models/table/ordered-codes.ts';
import { fillOneHot, tableLayout } from '../../../../../containers/trainer/models/table/table-layout.ts';
import { tableNetwork } from '../../../../../containers/trainer/models/table/table-network.ts';

const ROWS = 400;

/** A number with many values and nulls, one with few values, and a text. */
function mixedLayout() {
  const many = Array.from(normals(1, 'many', ROWS), (value, row) => (row % 9 === 0 ? null : Math.round(1e4 * value)));
  const few = Array.from(uniforms(1, 'few', ROWS), (u) => Math.floor(7 * u));
  const columns = [
    { name: 'many', type: 'integer' as const, cells: many },
    { name: 'few', type: 'integer' as const, cells: few },
    { name: 'text', type: 'category' as const, cells: few.map((value) => `v${value % 6}`) },
  ];
  const codec = fitCodec(columns.map((column) => ({ ...column, in: column.name })));
  return { codec, layout: tableLayout(subColumnsOf(codec)) };
}

test('codes of numbers lie in the order of their values, null and texts have no place', () => {
  const { codec, layout } = mixedLayout();
  const [few, many] = [1, 0].map((column) => layout.subColumns.find((one) => one.column === column));
  expect(few?.positions).toEqual([0, 1, 2, 3, 4, 5, 6].map((value) => value / 6));
  const of = codec.columns[0]?.source;
  if (of?.from !== 'coded' || of.fields[0]?.coding !== 'bins') throw new Error('it has many values');
  const places = many?.positions?.slice(of.fields[0].spikes.length, -1) as number[];
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(many?.positions?.at(-1)).toBeNull();
  expect(layout.subColumns.find((one) => one.column === 2)?.positions).toBeUndefined();
});

test('neighbouring codes share more than distant ones', () => {
  const { layout } = mixedLayout();
  const ordered = orderedCodes(layout);
  if (!ordered) throw new Error('numbers are ordered');
  const { offset, codes } = layout.subColumns.find((one) => one.column === 0) as { offset: number; codes: number };
  const row = (code: number) =>
    ordered.values.subarray((offset + code) * ordered.features, (offset + code + 1) * ordered.features);
  const distance = (a: number, b: number) => Math.hypot(...row(a).map((value, at) => value - (row(b)[at] as number)));
  for (let code = 1; code + 12 < codes; code++)
    expect(distance(code, code + 1)).toBeLessThan(distance(code, code + 10));
});

test('kernels with the shared weights added give the same predictions', () => {
  const { layout } = mixedLayout();
  const sizes = { layout, latentDim: 3, units: 24, contextUnits: 12 };
  const [whole, summed] = [tableNetwork({ ...sizes, isShared: true }), tableNetwork(sizes)];
  const logShares = new Float32Array(layout.codes).fill(-1);
  const weights: StateMap = new Map(
    [...whole.initialState(1, logShares)].map(([name, { shape, values }]) => [
      name,
      { shape, values: Float32Array.from(normals(1, name, values.length), (value) => 0.1 * value) },
    ]),
  );
  const exported = withoutShared(weights, layout);
  expect([...weights.keys()].filter((name) => name.endsWith(SHARED))).toHaveLength(5);
  expect([...exported.keys()].toSorted()).toEqual([...summed.initialState(1, logShares).keys()].toSorted());
  const rows = 16;
  const width = layout.subColumns.length;
  const codes = Uint8Array.from(uniforms(1, 'codes', rows * width), (u, at) =>
    Math.floor(u * (layout.subColumns[at % width]?.codes ?? 1)),
  );
  const x = new Float32Array(rows * layout.codes);
  fillOneHot(x, layout, codes);
  const run = (network: typeof whole, state: StateMap) =>
    tf.tidy(() => {
      const params = Object.fromEntries(
        [...state].map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
      );
      const input = tf.tensor2d(x, [rows, layout.codes]);
      const given = tf.concat([input, tf.zeros([rows, width])], 1);
      const context = network.readContext(params, given);
      const { zMean } = network.encode(params, input);
      const plain = { dropout: (value: typeof zMean) => value, observe: (_: string, value: typeof zMean) => value };
      return network.decode(params, { x: input, context, z: zMean, ...plain }).dataSync();
    });
  const [expected, found] = [run(whole, weights), run(summed, exported)];
  for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, 4);
});

test('a table of many numbers has coarser features, and one of very many none', () => {
  const layoutOf = (columns: number) =>
    tableLayout(
      Array.from({ length: columns }, (_, column) => ({
        ...{ column, field: 0, part: 0, codes: 64, offset: 64 * column },
        positions: Array.from({ length: 64 }, (_, code) => code / 63),
      })),
    );
  const featuresEach = (columns: number) => (orderedCodes(layoutOf(columns))?.features ?? 0) / columns;
  expect([10, 60, 100, 500].map(featuresEach)).toEqual([22, 22, 6, 0]);
});

test('a small table has small batches, so that its epochs have steps', () => {
  const batch = (rows: number, model: 'vae' | 'gan' | 'latent-class' = 'vae') =>
    resolveTableTrain(TrainConfig.parse({ model }), rows).batchSize;
  expect([200, 2_000, 5_000, 9_000, 26_000, 5_000_000].map((rows) => batch(rows))).toEqual([16, 16, 64, 128, 256, 256]);
  expect(batch(200, 'latent-class')).toBe(256);
  expect(batch(200, 'gan')).toBe(500);
});
