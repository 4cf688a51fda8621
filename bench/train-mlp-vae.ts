// Training throughput of a VAE of dense layers on the engine beside PyTorch.
import type { Benchmark } from './benchmark.ts';
import { besidePyTorch } from './train/contest.ts';

export const trainMlpVae: Benchmark = {
  sentence: 'a training step of a VAE of dense layers (784-512-256-32) beside PyTorch; downloads it, 3 GB',
  run: () =>
    besidePyTorch('mlp-vae', [
      { mode: 'tuned', goal: 1.1 },
      { mode: 'compile', goal: 1 },
    ]),
};
