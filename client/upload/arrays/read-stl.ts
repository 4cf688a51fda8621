// Reads the binary files of STL-10: 96 x 96 pixels of three colours, each colour column by column, and the labels in a file of their own.
// https://cs.stanford.edu/~acoates/stl10/
import type { Pictures } from './pictures.ts';

const SIDE = 96;
const PIXELS = SIDE * SIDE;
const PICTURE_BYTES = 3 * PIXELS;
const NAME = /(^|\/)(train|test|unlabeled)_X\.bin$/i;

export function isStl(name: string, size: number): boolean {
  return NAME.test(name) && size > 0 && size % PICTURE_BYTES === 0;
}

/** The name of the file with the labels, for that of the pictures. */
export function stlLabelsName(name: string): string {
  return name.replace(/X(?=\.bin$)/i, (letter) => (letter === 'X' ? 'y' : 'Y'));
}

/** `labels`: one byte for each picture, from 1 on. `classNames`: one on each line. */
export function readStl(name: string, bytes: Uint8Array, labels?: Uint8Array, classNames?: string): Pictures {
  const count = bytes.length / PICTURE_BYTES;
  const values = new Uint8Array(bytes.length);
  for (let picture = 0; picture < count; picture++) {
    const start = picture * PICTURE_BYTES;
    for (let channel = 0; channel < 3; channel++)
      for (let x = 0; x < SIDE; x++)
        for (let y = 0; y < SIDE; y++)
          values[start + (y * SIDE + x) * 3 + channel] = bytes[start + channel * PIXELS + x * SIDE + y] as number;
  }
  const named = classNames?.split('\n').map((line) => line.trim()) ?? [];
  return {
    count,
    height: SIDE,
    width: SIDE,
    channels: 3,
    values,
    labels: labels && Array.from(labels, (label) => named[label - 1] || String(label)),
    split: /(^|\/)test_/i.test(name) ? 'test' : 'train',
  };
}
