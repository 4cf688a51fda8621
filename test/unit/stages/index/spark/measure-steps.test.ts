import { expect, test } from 'vitest';
import { orderOfSingle } from '#core/snapshot/statistics/ordered-bits.ts';
import type { DecideSettings } from '#stages/index/spark/decide-settings.ts';
import type { SparkEngine, SparkRow } from '#stages/index/spark/engine.ts';
import { measureItems } from '#stages/index/spark/measure-steps.ts';

const MEASURES = Array.from({ length: 50 }, (_, i) => `measure ${i}`);
/** The engine counts a bucket of so many values value by value. */
const VALUES = 4_000;
const FIRST = BigInt(orderOfSingle(1));

let passes = 0;
/** An engine in which each measure has its values in one bucket. */
const engine = {
  parallelism: 1,
  view: async () => undefined,
  values: async () => undefined,
  share: async (name: string) => name,
  pipe: async () => 0,
  rows: async () => [],
  pipeSums: async () => {
    const ofEach = (rows: (measure: number) => SparkRow[]) => MEASURES.flatMap((_, measure) => rows(measure));
    if (passes++ === 0) return ofEach((measure) => [['16', measure, String(FIRST >> 16n), VALUES, VALUES]]);
    return ofEach((measure) =>
      Array.from({ length: VALUES }, (_, i) => ['0', measure, String(FIRST + BigInt(i)), 1, 1]),
    );
  },
} as Partial<SparkEngine> as SparkEngine;

test('hundreds of thousands of values that are counted at once are taken', async () => {
  const settings = { measures: MEASURES, counts: { cells: 0 }, outliers: null } as Partial<
    Record<keyof DecideSettings, unknown>
  >;
  const { measures } = await measureItems(engine, settings as DecideSettings, { rows: VALUES, distinct: VALUES });
  expect(measures).toHaveLength(MEASURES.length);
  expect(measures[0]).toMatchObject({ items: VALUES });
});
