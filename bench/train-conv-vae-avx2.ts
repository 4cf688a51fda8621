// train-conv-vae on a processor without AVX-512. On one that has it, the libraries of both sides are told to use AVX2 at most.
import { type Benchmark, NotRun } from './benchmark.ts';
import { processor } from './processor.ts';
import { besidePyTorch, type Peer } from './train/contest.ts';

/**
 * oneDNN, which multiplies and convolves on both sides, the kernels of PyTorch and of torch.compile, and MKL, which PyTorch multiplies
 * with. TensorFlow's own kernels are built for AVX.
 */
const AVX2_AT_MOST = { ONEDNN_MAX_CPU_ISA: 'AVX2', ATEN_CPU_CAPABILITY: 'avx2', MKL_ENABLE_INSTRUCTIONS: 'AVX2' };
const PEERS: readonly Peer[] = [
  { mode: 'tuned', goal: 2 },
  { mode: 'compile', goal: 1.8 },
];

export const trainConvVaeAvx2: Benchmark = {
  sentence: 'train-conv-vae beside PyTorch with AVX2 at most, which is imitated where the processor has AVX-512',
  async run() {
    const { vectors } = processor();
    if (vectors === 'unknown') throw new NotRun('this processor is not known to have AVX2');
    return besidePyTorch('conv-vae', PEERS, {
      name: vectors === 'AVX2' ? 'AVX2' : 'AVX2 imitated',
      environment: AVX2_AT_MOST,
    });
  },
};
