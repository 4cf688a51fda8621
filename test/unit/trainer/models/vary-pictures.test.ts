import { expect, test } from 'vitest';
import {
  mostFramesMoved,
  variedBatch,
  variedItems,
} from '../../../../containers/trainer/models/audio/vary-pictures.ts';

const SIZE = { width: 8, height: 2, frames: 2 };
/** One bright column in the middle of each picture, in another row each time. */
const pictures = (count: number, bright: number) =>
  Array.from({ length: count * 16 }, (_, i) => (i % 8 === 4 && Math.floor(i / 8) % 2 === 0 ? bright : 0));
const columnOf = (picture: ArrayLike<number>) => Array.from(picture).findIndex((value) => value > 0);

test('clips are moved by up to two frames and made louder or quieter; silence stays silence', () => {
  const x = Float32Array.from(pictures(200, 0.5));
  const varied = variedBatch(x, SIZE, 1, 0);
  const own = Array.from({ length: 200 }, (_, i) => varied.subarray(i * 16, (i + 1) * 16));
  expect(new Set(own.map(columnOf))).toEqual(new Set([2, 3, 4, 5, 6]));
  for (const picture of own) {
    expect(picture.filter((value) => value > 0).length).toBe(1);
    expect(Math.abs(Math.max(...picture) - 0.5)).toBeLessThanOrEqual(2 / 72 + 1e-6);
  }
  expect(variedBatch(x, SIZE, 1, 0)).toEqual(varied);
  expect(variedBatch(x, SIZE, 1, 1)).not.toEqual(varied);
  expect(x).toEqual(Float32Array.from(pictures(200, 0.5)));
});

test('variants of items follow them, with their classes', () => {
  const labels = Int32Array.of(0, 1, -1);
  const items = { items: 3, size: 16, bytes: Uint8Array.from(pictures(3, 100)), labels, classes: 2 };
  const varied = variedItems(items, SIZE, 1, 2);
  expect(varied.items).toBe(9);
  expect([...varied.labels]).toEqual([0, 1, -1, 0, 1, -1, 0, 1, -1]);
  expect(varied.bytes.subarray(0, 48)).toEqual(items.bytes);
  expect(varied.bytes.length).toBe(9 * 16);
  expect(varied.bytes.subarray(48).filter((value) => value > 0).length).toBe(6);
});

test('clips are moved as far as clips of a class differ: those that all begin with a stroke stay where they are', () => {
  const items = (starts: readonly number[]) => ({
    items: starts.length,
    size: 16,
    bytes: Uint8Array.from(
      starts.flatMap((start) => Array.from({ length: 16 }, (_, i) => (i % 8 === start ? 200 : 0))),
    ),
    labels: new Int32Array(starts.length),
    classes: 1,
  });
  expect(mostFramesMoved(items([0, 0, 0, 0, 0, 0, 0, 0, 0, 4]), SIZE)).toBe(0);
  expect(mostFramesMoved(items([1, 2, 3, 4, 5, 6]), SIZE)).toBe(0);
  const broad = items([0, 1, 2, 3]);
  for (const [at, value] of broad.bytes.entries()) if (value === 0 && at % 32 < 16) broad.bytes[at] = 180;
  expect(mostFramesMoved(broad, SIZE)).toBe(2);
  const still = variedBatch(Float32Array.from(pictures(50, 0.5)), { ...SIZE, frames: 0 }, 1, 0);
  for (let i = 0; i < 50; i++) expect(columnOf(still.subarray(i * 16, (i + 1) * 16))).toBe(4);
});
