// Training throughput of the WGAN-GP, one turn of the critic and one of the generator a step, beside PyTorch.
import type { Benchmark } from './benchmark.ts';
import { besidePyTorch } from './train/contest.ts';

export const trainGan: Benchmark = {
  sentence: 'a turn each of critic and generator of the WGAN-GP, 28 x 28 grey, beside PyTorch; downloads it, 3 GB',
  run: () =>
    besidePyTorch('wgan-gp', [
      { mode: 'tuned', goal: 1.7 },
      { mode: 'compile', goal: 1.7 },
    ]),
};
