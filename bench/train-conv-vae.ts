// Training throughput of the convolutional VAE (28 x 28 grey images, 32-64 filters, 32 latent dimensions, batch 128)
// beside the same network in PyTorch and in plain tfjs-node.
import { join } from 'node:path';
import { type Benchmark, higherIsBetter, median } from './benchmark.ts';
import { interleavedRounds } from './rounds.ts';
import { besidePyTorch, type Peer } from './train/contest.ts';

const ROUNDS = 7;
const GOAL = 2;
const PEERS: readonly Peer[] = [
  { mode: 'tuned', goal: 2 },
  { mode: 'compile', goal: 1.8 },
  { mode: 'bf16', goal: 2 },
];
const PEER = 'plain tfjs-node, optimizer.minimize';

export const trainConvVae: Benchmark = {
  sentence: 'a training step of the convolutional VAE beside PyTorch and plain tfjs-node; downloads the former, 3 GB',
  async run() {
    const folder = join(import.meta.dirname, 'train');
    const torch = await besidePyTorch('conv-vae', PEERS);
    const files = {
      ours: { file: join(folder, 'ours.ts'), args: ['conv-vae', 'float32'] },
      peer: join(folder, 'plain-tfjs.ts'),
    };
    const { ours, peer } = await interleavedRounds(files, ROUNDS);
    const pair = (key: 'itemsPerSecond' | 'itemsPerCpuSecond') => ({
      ours: median(ours.map((round) => round[key])),
      peer: median(peer.map((round) => round[key])),
      peerName: PEER,
    });
    const wall = { metric: 'training, conv VAE, batch 128', unit: 'images/s', goal: GOAL };
    const cpu = { metric: 'the same per CPU time', unit: 'images/CPU s', goal: 1 };
    return {
      versions: torch.versions,
      rows: [
        ...torch.rows,
        higherIsBetter({ ...wall, ...pair('itemsPerSecond') }),
        higherIsBetter({ ...cpu, ...pair('itemsPerCpuSecond') }),
      ],
    };
  },
};
