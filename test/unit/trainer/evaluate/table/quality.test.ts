// Metrics of sdmetrics 0.32.0 (sdmetrics.reports.single_table.QualityReport) of the tables in random-tables.ts, recorded once.
import { expect, test } from 'vitest';
import { qualityOf, SDMETRICS_VERSION } from '../../../../../containers/trainer/evaluate/table/quality.ts';
import { codecOf, PAIRS } from './random-tables.ts';
import recorded from './sdmetrics-0.32.0.json' with { type: 'json' };

test.each(recorded)(
  'table $seed: Quality, Column Shapes and Column Pair Trends as the Python library says',
  (expected) => {
    expect(SDMETRICS_VERSION).toBe('0.32.0');
    const pair = PAIRS[expected.seed];
    const real = pair?.real() ?? [];
    const found = qualityOf(codecOf(real), real, pair?.drawn() ?? []);
    expect(found.columnShapes).toBeCloseTo(expected.columnShapes, 6);
    expect(found.columnPairTrends).toBeCloseTo(expected.columnPairTrends, 6);
    expect(found.quality).toBeCloseTo(expected.quality, 6);
  },
);

test('the worst column and the worst pair come first', () => {
  const real = PAIRS[10]?.real() ?? [];
  const drawn = real.map((column, at) => (at === 3 ? column.map(() => 'd0') : column));
  const { worstColumns, worstPairs } = qualityOf(codecOf(real), real, drawn);
  expect(worstColumns[0]?.columns).toEqual(['d']);
  expect(worstPairs[0]?.columns).toContain('d');
});
