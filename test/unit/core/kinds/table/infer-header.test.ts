import { expect, test } from 'vitest';
import { inferHeader } from '#core/kinds/table/infer-header.ts';

const parts = (...starts: readonly string[]) =>
  starts.map((text, i) => ({ path: `out/part-0000${i}-x.csv`, start: new Uint8Array(Buffer.from(text)) }));

test.each([
  [false, 'rows in all parts', parts('1,a\n2,b\n', '3,a\n', '')],
  [undefined, 'the same names in all parts', parts('id,v\n1,a\n', 'id,v\n2,b\n')],
  [undefined, 'one part', parts('1,a\n2,b\n')],
  [undefined, 'words that differ', parts('a,b\n', 'c,d\n')],
  [undefined, 'JSON', parts('{"a":1}\n', '{"a":2}\n')],
])('%s: %s', (expected, _, samples) => {
  expect(inferHeader(samples)).toBe(expected);
});

test('files that are no parts tell nothing together', () => {
  expect(
    inferHeader([
      { path: 'a.csv', start: Buffer.from('1,a') },
      { path: 'b.csv', start: Buffer.from('2,b') },
    ]),
  ).toBeUndefined();
});
