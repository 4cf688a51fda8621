// The minimum loss of a Bernoulli decoder on grey pixels: their own entropy.
import type { Pixels } from '../../data/batches.ts';
import type { ByteRange } from '../../data/item-bytes.ts';

const ENTROPY = Float64Array.from({ length: 256 }, (_, byte) => entropy(byte / 255));

/**
 * Returns the mean over items of the summed entropy of their pixels, in nats. No soft-target Bernoulli model has a lower loss.
 */
export function entropyBound({ bytes, items, size }: Pixels<ByteRange>): number {
  let sum = 0;
  for (let item = 0; item < items; item++)
    for (const byte of bytes.subarray(item * size, (item + 1) * size)) sum += ENTROPY[byte] as number;
  return sum / items;
}

function entropy(p: number): number {
  return p === 0 || p === 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p);
}
