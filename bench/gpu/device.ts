// The GPU of the benchmark. Without one nothing is measured, except in a rehearsal, which runs everything on the CPU.
import { spawnSync } from 'node:child_process';
import { deviceFor, findGpu, type Gpu } from '../../cli/local/gpu.ts';
import { NotRun } from '../benchmark.ts';

export type BenchDevice = {
  /** `cpu` in a rehearsal. */
  readonly kind: 'gpu' | 'cpu';
  readonly name: string;
  readonly driver: string;
  /** Environment variables with which TensorFlow finds the GPU, or sees none. */
  readonly variables: Readonly<Record<string, string>>;
};

/** Hides every GPU from a process. */
export const WITHOUT_GPU = { CUDA_VISIBLE_DEVICES: '' } as const;

/** Throws NotRun if there is no GPU, or if its libraries are not set up. */
export function deviceToMeasure(find: () => Gpu | undefined = findGpu, environment = process.env): BenchDevice {
  if (environment.GOLDPAN_REHEARSE === '1')
    return { kind: 'cpu', name: 'the processor', driver: 'none', variables: WITHOUT_GPU };
  const gpu = find();
  if (gpu === undefined)
    throw new NotRun(
      'nvidia-smi lists no GPU on this machine. Nothing was measured: neither that TensorFlow finds a GPU, nor how fast it is, nor what memory it takes. GOLDPAN_REHEARSE=1 goes the whole way on the processor, and stores no figures',
    );
  const { words, variables } = deviceFor(gpu);
  if (Object.keys(variables).length === 0) throw new NotRun(`${words} Nothing was measured`);
  return { kind: 'gpu', name: gpu.name, driver: gpu.driver, variables };
}

/** MiB in use on the first GPU, by all processes. NaN in a rehearsal. */
export function usedMiB({ kind }: BenchDevice): number {
  if (kind === 'cpu') return Number.NaN;
  const query = ['--query-gpu=memory.used', '--format=csv,noheader,nounits'];
  return Number(spawnSync('nvidia-smi', query, { encoding: 'utf8' }).stdout.split('\n')[0]);
}
