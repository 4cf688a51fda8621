// The variance of images within their class, and the class means.
import type { Items, Pixels } from '../../data/batches.ts';

/**
 * Returns the mean squared difference of a value from the mean of its class, with values in [0, 1]; classes of one image do not count.
 */
export function classVariance({ bytes, size }: Pixels, labels: Int32Array): number {
  let [sum, count] = [0, 0];
  for (const members of membersOf(labels)) {
    if (members.length < 2) continue;
    const mean = meanOf(bytes, size, members);
    for (const item of members)
      for (let i = 0; i < size; i++) sum += ((bytes[item * size + i] as number) - (mean[i] as number)) ** 2;
    count += (members.length - 1) * size;
  }
  return count === 0 ? 0 : sum / count / 255 ** 2;
}

/**
 * Returns for each label the mean image of its class among the training items, or that of all items when the class has none.
 */
export function classMeans(train: Items, labels: Int32Array): Pixels {
  const { size } = train;
  const all = train.bytes.subarray(0, train.items * size);
  const bytes = new Uint8Array(labels.length * size);
  const byLabel = new Map<number, Float64Array>();
  labels.forEach((label, item) => {
    let mean = byLabel.get(label);
    if (!mean) {
      const members = [...train.labels.keys()].filter((i) => train.labels[i] === label);
      mean = meanOf(all, size, members.length > 0 ? members : [...train.labels.keys()]);
      byLabel.set(label, mean);
    }
    bytes.set(mean.map(Math.round), item * size);
  });
  return { items: labels.length, size, bytes };
}

function membersOf(labels: Int32Array): number[][] {
  return [...Map.groupBy(labels.keys(), (item) => labels[item]).values()];
}

function meanOf(bytes: Uint8Array, size: number, members: readonly number[]): Float64Array {
  const mean = new Float64Array(size);
  for (const item of members)
    for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) + (bytes[item * size + i] as number) / members.length;
  return mean;
}
