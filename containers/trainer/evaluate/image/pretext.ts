// The training task of the feature network: the classes of the dataset, or without classes the rotation of an image.
import { uniforms } from '#core/base/random.ts';
import type { Items } from '../../data/batches.ts';
import type { ImageSize } from '../../data/picture.ts';

const LEAST_LABELLED = 0.5;
const MOST_SHIFT = 2;
const QUARTER_TURNS = 4;
const HALF_TURNS = 2;

export type Pretext = {
  readonly kind: 'labels' | 'rotations';
  readonly classes: number;
  /** Returns the items that have an answer. */
  usable(items: Items): Int32Array;
  /** Writes an item to `target` (pixels in [0, 1]) and returns its class. `turn` is a number in [0, 1). */
  fill(target: Float32Array, items: Items, item: number, turn: number): number;
};

/**
 * Returns the task: classes when at least half of the training items have one of at least two classes, else rotations.
 */
export function pretextOf(train: Items, size: ImageSize): Pretext {
  const labelled = train.labels.filter((label) => label >= 0);
  const isLabelled = new Set(labelled).size > 1 && labelled.length >= LEAST_LABELLED * train.items;
  return isLabelled ? labels(train.classes) : rotations(size);
}

function labels(classes: number): Pretext {
  return {
    kind: 'labels',
    classes,
    usable: ({ labels }) => Int32Array.from(labels.keys()).filter((item) => (labels[item] as number) >= 0),
    fill(target, items, item) {
      const own = items.bytes.subarray(item * items.size, (item + 1) * items.size);
      for (let i = 0; i < items.size; i++) target[i] = (own[i] as number) / 255;
      return items.labels[item] as number;
    },
  };
}

/**
 * Images that are not square are rotated by 180 degrees only (Gidaris et al. 2018, "Unsupervised representation learning ...").
 */
function rotations({ width, height, channels }: ImageSize): Pretext {
  const classes = width === height ? QUARTER_TURNS : HALF_TURNS;
  const positions = [
    (x: number, y: number) => y * width + x,
    (x: number, y: number) => (height - 1 - y) * width + (width - 1 - x),
    (x: number, y: number) => x * width + (width - 1 - y),
    (x: number, y: number) => (height - 1 - x) * width + y,
  ];
  return {
    kind: 'rotations',
    classes,
    usable: ({ items }) => Int32Array.from({ length: items }, (_, item) => item),
    fill(target, { bytes, size }, item, turn) {
      const label = Math.floor(turn * classes);
      const position = positions[label] as (x: number, y: number) => number;
      const own = bytes.subarray(item * size, (item + 1) * size);
      for (let y = 0, i = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const from = position(x, y) * channels;
          for (let c = 0; c < channels; c++, i++) target[i] = (own[from + c] as number) / 255;
        }
      }
      return label;
    },
  };
}

/** Shifts each image of a batch by up to two pixels each way; edges repeat. The same step shifts alike. */
export function shiftBatch(x: Float32Array, { width, height, channels }: ImageSize, seed: number, step: number): void {
  const size = width * height * channels;
  const items = x.length / size;
  const draws = uniforms(seed, `shift/${step}`, items * 2);
  const moved = new Float32Array(size);
  const offset = (draw: number) => Math.floor(draw * (2 * MOST_SHIFT + 1)) - MOST_SHIFT;
  for (let item = 0; item < items; item++) {
    const [right, down] = [offset(draws[2 * item] as number), offset(draws[2 * item + 1] as number)];
    const image = x.subarray(item * size, (item + 1) * size);
    for (let y = 0; y < height; y++) {
      const fromRow = Math.min(Math.max(y - down, 0), height - 1) * width;
      for (let col = 0; col < width; col++) {
        const from = (fromRow + Math.min(Math.max(col - right, 0), width - 1)) * channels;
        const to = (y * width + col) * channels;
        for (let c = 0; c < channels; c++) moved[to + c] = image[from + c] as number;
      }
    }
    image.set(moved);
  }
}
