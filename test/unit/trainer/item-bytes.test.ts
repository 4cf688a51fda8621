import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillBatch, fillPixels, newBatch } from '../../../containers/trainer/data/batches.ts';
import { openBytes } from '../../../containers/trainer/data/item-bytes.ts';
import { entropyBound } from '../../../containers/trainer/evaluate/shared/entropy-bound.ts';
import { fitPcaGaussian } from '../../../containers/trainer/evaluate/shared/pca.ts';
import { openSelection } from '../../../containers/trainer/evaluate/shared/selection.ts';
import { pickItems } from '../../../containers/trainer/models/in-batches.ts';
import { squares } from './squares.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'item-bytes-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a split that is read from its file', () => {
  const inMemory = squares(40, 3);
  const opened = () => {
    const file = join(folder, 'small.pixels');
    writeFileSync(file, inMemory.bytes);
    const { bytes, close } = openBytes(file, 0);
    return { onDisk: { ...inMemory, bytes }, close };
  };

  test('gives the same batches, baselines and floor as one in memory', () => {
    const { onDisk, close } = opened();
    const chosen = Int32Array.of(39, 0, 17, 17, 4);
    const [a, b] = [newBatch(6, inMemory.size, 2), newBatch(6, inMemory.size, 2)];
    fillBatch(a, inMemory, chosen);
    fillBatch(b, onDisk, chosen);
    expect(b).toEqual(a);
    expect(pickItems(onDisk, chosen)).toEqual(pickItems(inMemory, chosen));
    expect(entropyBound(onDisk)).toBe(entropyBound(inMemory));
    expect(fitPcaGaussian(onDisk, 4).sample(3, 1)).toEqual(fitPcaGaussian(inMemory, 4).sample(3, 1));
    const seen: Uint8Array[] = [];
    for (const split of [inMemory, onDisk])
      openSelection(split, ({ items, bytes }) => {
        seen.push(bytes);
        return { rows: items, columns: 1, values: new Float32Array(items) };
      });
    expect(seen[1]).toEqual(seen[0]);
    close();
  });

  test('says so when the file has become shorter', () => {
    const { onDisk, close } = opened();
    truncateSync(join(folder, 'small.pixels'), inMemory.size);
    expect(() => onDisk.bytes.subarray(0, 2 * inMemory.size)).toThrow(/small\.pixels ended at byte/);
    close();
  });
});

test('a split of more than 2 GiB is opened without its memory, and its last item is read', () => {
  const size = 128 * 128 * 3;
  const items = 50_000;
  const file = join(folder, 'large.pixels');
  const written = openSync(file, 'w');
  // A sparse file: nothing but the last item takes room on the disk.
  ftruncateSync(written, items * size);
  writeSync(written, new Uint8Array(size).fill(51), 0, size, (items - 1) * size);
  closeSync(written);
  const before = process.memoryUsage().arrayBuffers;
  const { bytes, close } = openBytes(file);
  expect(bytes.length).toBe(items * size);
  expect(bytes.length).toBeGreaterThan(2 ** 31);
  const x = new Float32Array(2 * size);
  fillPixels(x, { items, size, bytes }, Int32Array.of(0, items - 1));
  expect([x[0], x[size], x[2 * size - 1]]).toEqual([0, Math.fround(0.2), Math.fround(0.2)]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
  close();
});
