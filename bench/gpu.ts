// Compares the trainer with PyTorch on the same GPU: pace and memory; also a checkpoint that moves between machines, and which processes use the GPU.
import { type Benchmark, NotRun, type Row } from './benchmark.ts';
import { besideTorchOnGpu, type Match } from './gpu/contest.ts';
import { deviceToMeasure } from './gpu/device.ts';
import { gpuHolders } from './gpu/holders.ts';
import { resumedElsewhere } from './gpu/resumed.ts';
import { pythonOf } from './peer/python-environment.ts';
import { TORCH } from './peer/torch.ts';

const ROUNDS = 5;
const REHEARSED_ROUNDS = 1;
const MATCHES: readonly Match[] = [
  { model: 'conv-vae', precision: 'float32', mode: 'tuned' },
  { model: 'conv-vae', precision: 'bfloat16', mode: 'bf16' },
  { model: 'wgan-gp', precision: 'float32', mode: 'tuned' },
  { model: 'photo-vae', precision: 'float32', mode: 'tuned' },
];

export const gpu: Benchmark = {
  sentence:
    'the trainer on an NVIDIA GPU beside PyTorch: pace, memory, resuming from a CPU checkpoint and back; needs a GPU and npm run setup -- --gpu',
  async run() {
    const device = deviceToMeasure();
    const rows: Row[] = [await gpuHolders(device), ...resumedElsewhere(device)];
    // Installing packages of the contestants would disturb the measurement.
    pythonOf(TORCH);
    const versions: Record<string, string> = { gpu: device.name, driver: device.driver };
    for (const match of MATCHES) {
      const { ours, torch, ...measured } = await besideTorchOnGpu(
        match,
        device,
        device.kind === 'gpu' ? ROUNDS : REHEARSED_ROUNDS,
      );
      rows.push(...measured.rows);
      Object.assign(versions, { tfjs: ours, torch });
    }
    if (device.kind === 'cpu')
      throw new NotRun('this was a rehearsal on the processor, whose figures are stored nowhere', rows);
    return { versions, rows };
  },
};
