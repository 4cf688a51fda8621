// Metrics of sdmetrics 0.32.0 (QualityReport and DiagnosticReport of sdmetrics.reports.single_table) of the tables in random-tables.ts, recorded once.
import { expect, test } from 'vitest';
import type { Cell } from '#core/kinds/table/codec/codec.ts';
import { fitCodec } from '#core/kinds/table/codec/fit-codec.ts';
import { diagnosticOf } from '../../../../../containers/trainer/evaluate/table/diagnostic.ts';
import { SDMETRICS_VERSION, tableQualityOf } from '../../../../../containers/trainer/evaluate/table/quality.ts';
import { codecOf, PAIRS } from './random-tables.ts';
import recorded from './sdmetrics-0.32.0.json' with { type: 'json' };

test.each(recorded)(
  'table $seed: Quality, Column Shapes and Column Pair Trends as the Python library says',
  (expected) => {
    expect(SDMETRICS_VERSION).toBe('0.32.0');
    const pair = PAIRS[expected.seed];
    const real = pair?.real() ?? [];
    const found = tableQualityOf(codecOf(real), real)(pair?.drawn() ?? []);
    expect(found.columnShapes).toBeCloseTo(expected.columnShapes, 6);
    expect(found.columnPairTrends).toBeCloseTo(expected.columnPairTrends, 6);
    expect(found.quality).toBeCloseTo(expected.quality, 6);
  },
);

test.each(recorded)(
  'table $seed: Diagnostic, Data Validity and Data Structure as the Python library says',
  (expected) => {
    const pair = PAIRS[expected.seed];
    const real = pair?.real() ?? [];
    const found = diagnosticOf(codecOf(real), real)(pair?.drawn() ?? []);
    expect(found.dataValidity).toBeCloseTo(expected.dataValidity, 6);
    expect(found.dataStructure).toBeCloseTo(expected.dataStructure, 6);
    expect(found.diagnostic).toBeCloseTo(expected.diagnostic, 6);
  },
);

test('values that the column cannot have, keys that repeat and values of another type lower the Diagnostic', () => {
  const real = [
    Array.from({ length: 40 }, (_, row) => `k${row}`),
    Array.from({ length: 40 }, (_, row) => row % 7),
    Array.from({ length: 40 }, (_, row) => (row % 2 ? 'yes' : 'no')),
  ];
  const codec = fitCodec(
    ['id', 'n', 'answer'].map((name, at) => ({
      ...{ name, in: name, type: at === 1 ? ('integer' as const) : ('category' as const) },
      cells: real[at] as (string | number)[],
    })),
    'id',
  );
  const diagnostic = diagnosticOf(codec, real);
  expect(diagnostic(real)).toEqual({ diagnostic: 1, dataValidity: 1, dataStructure: 1 });
  const column = (at: number, cells: Cell[]) => real.map((own, place) => (place === at ? cells : own));
  expect(diagnostic(column(0, Array(40).fill('k1'))).dataValidity).toBeCloseTo((1 / 40 + 2) / 3, 9);
  expect(diagnostic(column(1, Array(40).fill(9))).dataValidity).toBeCloseTo(2 / 3, 9);
  expect(diagnostic(column(1, Array(40).fill(null))).dataValidity).toBeCloseTo(2 / 3, 9);
  expect(diagnostic(column(2, Array(40).fill(true)))).toMatchObject({ dataStructure: 2 / 3 });
});

test('the worst column and the worst pair come first', () => {
  const real = PAIRS[10]?.real() ?? [];
  const drawn = real.map((column, at) => (at === 3 ? column.map(() => 'd0') : column));
  const { worstColumns, worstPairs } = tableQualityOf(codecOf(real), real)(drawn);
  expect(worstColumns[0]?.columns).toEqual(['d']);
  expect(worstPairs[0]?.columns).toContain('d');
});
