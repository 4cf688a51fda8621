import { expect, test } from 'vitest';
import { intake } from '../../../fixtures/ingest.ts';

test('a large text of lines is cut into units where lines end, a small one is one unit', async () => {
  const into = intake();
  await into.drop.put('words/dataset.yaml', 'kind: text\ntext: { unit: line, maxLength: 64 }\n');
  const line = `${'goldpan sifts lines '.repeat(3)}\n`;
  const lines = 400_000;
  const text = line.repeat(lines);
  expect(await into.dropObject('words/small.txt', line.repeat(50))).toMatchObject({ state: 'planned', units: 1 });
  await into.dropObject('words/large.txt', text);
  const slices = into.queue.slice(1).map(({ slice }) => slice);
  expect(slices.length).toBeGreaterThan(3);
  let nextByte = 0;
  let nextLine = 1;
  for (const slice of slices) {
    if (slice.type !== 'range') throw new Error(`a unit of type ${slice.type}`);
    expect(slice).toMatchObject({ firstByte: nextByte, firstLine: nextLine });
    expect(slice.byteCount % line.length).toBe(0);
    nextByte += slice.byteCount;
    nextLine += slice.byteCount / line.length;
  }
  expect(nextByte).toBe(text.length);
});
