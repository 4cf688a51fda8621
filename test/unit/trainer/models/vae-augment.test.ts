// Moved images: how many, how far, and always alike for the same seed and step.
import { expect, test } from 'vitest';
import { movedImages } from '../../../../containers/trainer/models/vae/vae-augment.ts';

const SIZE = { width: 28, height: 20, channels: 3 } as const;
const LENGTH = SIZE.width * SIZE.height * SIZE.channels;
const IMAGES = 200;
/** Every pixel says where it was: its row, its column, and a one. */
const image = (down = 0, right = 0) =>
  Float32Array.from({ length: LENGTH }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const [row, column] = [Math.floor(pixel / SIZE.width) - down, (pixel % SIZE.width) - right];
    return [clamp(row, SIZE.height), clamp(column, SIZE.width), 1][i % 3] as number;
  });
const clamp = (place: number, size: number) => Math.min(size - 1, Math.max(0, place));
const batch = () => Float32Array.from({ length: IMAGES * LENGTH }, (_, i) => ONE[i % LENGTH] as number);
const ONE = image();

test('half of the images are moved by at most a pixel each way, whose edges repeat', () => {
  const x = batch();
  const moved = movedImages(x, SIZE, 7, 3);
  expect(x).toEqual(batch());
  const moves = Array.from({ length: IMAGES }, (_, i) => {
    const one = moved.subarray(i * LENGTH, (i + 1) * LENGTH);
    const middle = 3 * (5 * SIZE.width + 5);
    const [down, right] = [5 - (one[middle] as number), 5 - (one[middle + 1] as number)];
    expect(Buffer.from(one.slice().buffer).equals(Buffer.from(image(down, right).buffer))).toBe(true);
    return `${down} ${right}`;
  });
  const counts = new Map(moves.map((move) => [move, moves.filter((other) => other === move).length]));
  // Nine moves are equally likely, and one of them moves nothing: about 5 in 9 images stay, and 1 in 18 has each other move.
  expect([...counts.keys()].sort()).toEqual(['-1 -1', '-1 0', '-1 1', '0 -1', '0 0', '0 1', '1 -1', '1 0', '1 1']);
  expect(counts.get('0 0')).toBeGreaterThan(85);
  expect(counts.get('0 0')).toBeLessThan(135);
});

test('the same seed and step move alike, another step otherwise; larger images are moved farther', () => {
  const x = batch();
  expect(movedImages(x, SIZE, 7, 3)).toEqual(movedImages(x, SIZE, 7, 3));
  expect(movedImages(x, SIZE, 7, 4)).not.toEqual(movedImages(x, SIZE, 7, 3));
  expect(movedImages(x, SIZE, 8, 3)).not.toEqual(movedImages(x, SIZE, 7, 3));
  const side = 128;
  const columns = Float32Array.from({ length: 64 * side }, (_, i) => i % side);
  const wide = movedImages(columns, { width: side, height: 1, channels: 1 }, 1, 1);
  const farthest = Array.from({ length: 64 }, (_, i) => Math.abs(64 - (wide[i * side + 64] as number)));
  expect(Math.max(...farthest)).toBe(4);
  expect(movedImages(columns.subarray(0, 96), { width: 12, height: 8, channels: 1 }, 1, 1)).toEqual(
    columns.subarray(0, 96),
  );
});
