import { expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import { tf } from '../../../../../containers/trainer/engine/tensorflow.ts';
import { spreadOverBlocks, sumsByBlock } from '../../../../../containers/trainer/models/table/code-blocks.ts';
import { tableLayout } from '../../../../../containers/trainer/models/table/table-layout.ts';

const ROWS = 3;

/** Sub-columns of two to four codes. */
function layoutOf(columns: number) {
  let offset = 0;
  return tableLayout(
    Array.from({ length: columns }, (_, column) => {
      const codes = 2 + (column % 3);
      offset += codes;
      return { column, field: 0, part: 0, codes, offset: offset - codes };
    }),
  );
}

// A table of hundreds of columns is summed in groups.
test.each([1, 127, 128, 129, 300])('%i sub-columns are summed and spread, each by its own codes', (columns) => {
  const layout = layoutOf(columns);
  const values = Float32Array.from(uniforms(1, 'values', ROWS * layout.codes));
  const [sums, spread] = tf.tidy(() => {
    const sums = sumsByBlock(tf.tensor2d(values, [ROWS, layout.codes]), layout);
    return [sums.dataSync(), spreadOverBlocks(sums, layout).dataSync()];
  });
  for (let row = 0; row < ROWS; row++) {
    const expected = new Float64Array(columns);
    for (const [code, block] of layout.subColumnOfCode.entries())
      expected[block] = (expected[block] as number) + (values[row * layout.codes + code] as number);
    for (const [block, sum] of expected.entries()) expect(sums[row * columns + block]).toBeCloseTo(sum, 5);
    for (const [code, block] of layout.subColumnOfCode.entries())
      expect(spread[row * layout.codes + code]).toBe(sums[row * columns + block]);
  }
});
