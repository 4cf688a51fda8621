// Which items make a batch, and their pixels as the model takes them.
import { permutation, uniforms } from '#core/base/random.ts';
import type { ByteRange } from './item-bytes.ts';

/** Towers of fewer items cost more than they gain. */
const ITEMS_PER_TOWER = 32;
/** The activations of a slice should fit the caches, and in bfloat16 they are half as large. */
const TOWERS_PER_CORE = { float32: 2, bfloat16: 1 } as const;
const UNIT_INTERVAL = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
const WHOLE = Float32Array.from({ length: 256 }, (_, byte) => byte);

/** Images, uint8 one after the other; in memory unless stated otherwise. */
export type Pixels<Bytes extends ByteRange = Uint8Array> = {
  readonly items: number;
  /** Height x width x channels. */
  readonly size: number;
  readonly bytes: Bytes;
  /** Bytes are codes, which stay whole numbers; absent = pixels, whose 255 becomes 1. */
  readonly areCodes?: true;
};

/** The items of a split, whose bytes may be in a file, with the class of each. */
export interface Items<Bytes extends ByteRange = ByteRange> extends Pixels<Bytes> {
  /** One class index for each item; -1 means no class. */
  readonly labels: Int32Array;
  /** Number of classes of the dataset, also if the model gets no class. */
  readonly classes: number;
  /** The group of each item, where items of a group share their batches. */
  readonly groups?: Uint8Array;
}

/** The inputs of a step. It is filled again for each step, so values to keep must be copied. */
export type Batch = {
  /** [batch, height, width, channels] in [0, 1]. */
  readonly x: Float32Array;
  /** [batch, classes] one-hot, zeros for no class; empty for a model that knows no classes. */
  readonly label: Float32Array;
};

export type BatchPlan = {
  readonly batchSize: number;
  readonly towers: number;
  readonly stepsPerEpoch: number;
};

export type BatchRequest = {
  readonly batchSize: number;
  readonly items: number;
  readonly cores: number;
  readonly device: 'cpu' | 'gpu';
  readonly precision: keyof typeof TOWERS_PER_CORE;
  /** The number of a stored run; it is kept, because the number of towers changes the bytes. */
  readonly towers?: number | undefined;
};

/** The batch is min(batchSize, items), made a multiple of the towers. */
export function planTrainingBatches({ batchSize, items, cores, device, precision, towers }: BatchRequest): BatchPlan {
  const wanted = Math.min(batchSize, items);
  const most =
    device === 'gpu' ? 1 : Math.min(cores * TOWERS_PER_CORE[precision], Math.floor(wanted / ITEMS_PER_TOWER));
  const chosen = towers ?? Math.max(1, most);
  const size = Math.max(1, Math.floor(wanted / chosen)) * chosen;
  return { batchSize: size, towers: chosen, stepsPerEpoch: Math.max(1, Math.floor(items / size)) };
}

/** The items of an epoch in order, the remainder dropped; drawn with replacement when there are fewer than a batch takes. */
export function epochOrder(seed: number, epoch: number, items: number, batchSize: number): Int32Array {
  const stream = `epoch/${epoch}`;
  if (items < batchSize) return Int32Array.from(uniforms(seed, stream, batchSize), (u) => Math.floor(u * items));
  return permutation(seed, stream, items).subarray(0, Math.floor(items / batchSize) * batchSize);
}

/**
 * An epoch of as many items, in which each class that occurs has the same share (to within one item) and is gone through
 * again in a new order where it is short of items. Items without a class are a class of their own.
 */
export function balancedOrder(seed: number, epoch: number, labels: Int32Array, batchSize: number): Int32Array {
  const members = new Map<number, number[]>();
  labels.forEach((label, item) => {
    const known = members.get(label);
    if (known) known.push(item);
    else members.set(label, [item]);
  });
  const steps = Math.max(1, Math.floor(labels.length / batchSize));
  const classes = [...members].sort(([a], [b]) => a - b).map(([label, items]) => ({ label, items }));
  const wanted = steps * batchSize;
  const chosen = new Int32Array(wanted);
  classes.forEach(({ label, items }, position) => {
    let round = 0;
    let order: Int32Array = new Int32Array(0);
    for (let at = position, taken = 0; at < wanted; at += classes.length, taken++) {
      if (taken % items.length === 0) order = permutation(seed, `epoch/${epoch}/${label}/${round++}`, items.length);
      chosen[at] = items[order[taken % items.length] as number] as number;
    }
  });
  return Int32Array.from(permutation(seed, `epoch/${epoch}`, wanted), (position) => chosen[position] as number);
}

/**
 * Reorders the items of an epoch so that each batch has items of one group, and batches of all groups come by chance. What is left of a
 * group goes to the first batch of the next one.
 */
export function groupedOrder(
  seed: number,
  epoch: number,
  order: Int32Array,
  { groups, batchSize }: { readonly groups: Uint8Array; readonly batchSize: number },
): Int32Array {
  const byGroup = Int32Array.from(order).sort((a, b) => (groups[a] as number) - (groups[b] as number));
  const grouped = new Int32Array(order.length);
  for (const [place, batch] of permutation(seed, `epoch/${epoch}/batches`, order.length / batchSize).entries())
    grouped.set(byGroup.subarray(batch * batchSize, (batch + 1) * batchSize), place * batchSize);
  return grouped;
}

/** Creates an empty batch of `batchSize` items; `classes` is 0 if the model gets no class. */
export function newBatch(batchSize: number, size: number, classes: number): Batch {
  return { x: new Float32Array(batchSize * size), label: new Float32Array(batchSize * classes) };
}

/** Fills the batch with the chosen items, and the rest with 0. */
export function fillBatch({ x, label }: Batch, items: Items, chosen: Int32Array): void {
  fillPixels(x, items, chosen);
  const classes = label.length === 0 ? 0 : items.classes;
  oneHot(
    label,
    chosen.map((item) => items.labels[item] as number),
    classes,
  );
}

/** Fills `target` with the chosen items as numbers in [0, 1], or as codes, and the rest with 0. */
export function fillPixels(
  target: Float32Array,
  { bytes, size, areCodes }: Pixels<ByteRange>,
  chosen: Int32Array,
): void {
  const numbers = areCodes ? WHOLE : UNIT_INTERVAL;
  chosen.forEach((item, position) => {
    const own = bytes.subarray(item * size, (item + 1) * size);
    const to = position * size;
    for (let i = 0; i < size; i++) target[to + i] = numbers[own[i] as number] as number;
  });
  target.fill(0, chosen.length * size);
}

/** Fills `target` [.., classes] with a row a label: 1 at the label's position, zeros where it is -1. */
export function oneHot(target: Float32Array, labels: Int32Array, classes: number): void {
  target.fill(0);
  if (classes === 0) return;
  labels.forEach((label, row) => {
    if (label >= 0) target[row * classes + label] = 1;
  });
}
