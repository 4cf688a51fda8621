// Finds the NVIDIA GPU of this machine: whether there is one, whether its driver is new enough, and what the trainer needs to use it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ClientFailure } from '#client/failure.ts';
import { ROOT } from '#client/target.ts';
import { ENV } from '#core/base/names.ts';
import { OLDEST_DRIVER } from '#core/model/host/gpu-driver.ts';

/** Written by `npm run setup -- --gpu`. */
const LIBRARIES = join(ROOT, '.goldpan', 'native', 'gpu.env');

export type Gpu = { readonly name: string; readonly driver: string; readonly memory: string };
type Variables = Readonly<Record<string, string>>;

/** Returns the first GPU that nvidia-smi lists, or undefined. Throws ClientFailure when its driver is too old. */
export function findGpu(list: () => string = listGpus): Gpu | undefined {
  const [name, driver, memory] = (list().split('\n')[0] ?? '').split(',').map((cell) => cell.trim());
  if (!name || !driver || !memory) return undefined;
  if (driver.localeCompare(OLDEST_DRIVER, 'en', { numeric: true }) < 0) {
    throw new ClientFailure(
      `The driver of this machine's GPU (${name}) is ${driver}; TensorFlow's CUDA libraries need ${OLDEST_DRIVER} or newer.`,
      {
        next: 'Install a newer NVIDIA driver, or hide the GPU to train on the processor: CUDA_VISIBLE_DEVICES= goldpan worker',
      },
    );
  }
  return { name, driver, memory };
}

/** Returns what to tell a person about the device, and the variables for the trainer. */
export function deviceFor(
  gpu: Gpu | undefined,
  read: () => Variables | undefined = readLibraries,
): { words: string; variables: Variables } {
  if (!gpu) return { words: 'Trainings run on the processor: nvidia-smi lists no GPU.', variables: {} };
  const variables = read();
  const name = `${gpu.name}, ${gpu.memory}, driver ${gpu.driver}`;
  if (variables)
    return { words: `Trainings run on the GPU: ${name}.`, variables: { ...variables, [ENV.device]: 'gpu' } };
  return {
    words: `Trainings run on the processor although there is a GPU (${name}): its libraries are not set up. npm run setup -- --gpu`,
    variables: {},
  };
}

function listGpus(): string {
  if (process.env.CUDA_VISIBLE_DEVICES === '') return '';
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'];
  const { status, stdout } = spawnSync('nvidia-smi', query, { encoding: 'utf8' });
  return status === 0 ? stdout : '';
}

function readLibraries(): Variables | undefined {
  if (!existsSync(LIBRARIES)) return undefined;
  const script = '. "$0" && printf "%s\\n%s\\n" "$LD_LIBRARY_PATH" "$XLA_FLAGS"';
  const [path = '', flags = ''] = spawnSync('sh', ['-c', script, LIBRARIES], { encoding: 'utf8' }).stdout.split('\n');
  return { LD_LIBRARY_PATH: path, XLA_FLAGS: flags };
}
