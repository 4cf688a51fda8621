import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { run } from '../command.mjs';
import { join, native, root } from '../paths.mjs';
import { pip, venvPython } from './emulator.mjs';

// The set-up and the trainer's image share this list.
const requirements = join(root, 'containers', 'trainer', 'image');
const cpuRequirements = join(requirements, 'requirements-cpu.txt');
const gpuRequirements = join(requirements, 'requirements-gpu.txt');
export const tensorflowVersion = /^tensorflow-cpu==(\S+) /m.exec(readFileSync(cpuRequirements, 'utf8'))[1];
// Any CPython tag works, because only the C library is used. A fixed tag makes the download independent of the installed Python.
// pip compares platform names exactly; it does not accept an older glibc by itself.
const platforms = ['2014', ...Array.from({ length: 12 }, (_, at) => `_2_${28 - at}`)].map(
  (name) => `--platform=manylinux${name}_x86_64`,
);
const wheelTag = ['--only-binary=:all:', '--implementation=cp', '--python-version=3.12', ...platforms];
const unpacker = join(root, 'infra', 'setup', 'unpack_wheels.py');

/** Returns the folder of the C library and headers of a variant: `.goldpan/native/tensorflow-cpu-2.21.0/tensorflow`. */
export function tensorflowFolder(flavour = 'tensorflow-cpu') {
  return join(native, `${flavour}-${tensorflowVersion}`);
}

/** Extracts TensorFlow's C library and headers from the wheel of the same version: a tenth of its files, and most of its bytes. */
export const tensorflowStep = {
  id: 'tensorflow',
  title: `TensorFlow ${tensorflowVersion}`,
  needs: ['emulator'],
  inputs: [tensorflowVersion, { file: unpacker }],
  mibOnDisk: 1300,
  done: () => isUnpacked(tensorflowFolder()),
  async run() {
    if (isUnpacked(tensorflowFolder())) return 'already present';
    await fetchWheels('TensorFlow', ['-r', cpuRequirements], tensorflowFolder());
    return undefined;
  },
};

/** The same with CUDA, for training on an NVIDIA GPU; `.goldpan/native/gpu.env` makes the trainer load it instead. */
export const tensorflowGpuStep = {
  id: 'tensorflow-gpu',
  title: `TensorFlow ${tensorflowVersion} with CUDA`,
  needs: ['emulator'],
  inputs: [tensorflowVersion, { file: gpuRequirements }, { file: unpacker }],
  mibOnDisk: 9000,
  done: () => isUnpacked(tensorflowFolder('tensorflow')) && existsSync(join(native, 'gpu.env')),
  async run() {
    const folder = tensorflowFolder('tensorflow');
    await fetchWheels('TensorFlow with CUDA', ['-r', gpuRequirements], folder);
    writeFileSync(join(native, 'gpu.env'), gpuEnvironment(folder));
    return 'source .goldpan/native/gpu.env before `goldpan worker`';
  },
};

/** Returns lines for a shell that make the CUDA variant take precedence over the CPU variant that the addon was linked to. */
export function gpuEnvironment(folder, packages = cudaPackages(folder)) {
  const libraries = packages.map((name) => join(folder, 'nvidia', name, 'lib'));
  const nvcc = join(folder, 'nvidia', 'cuda_nvcc');
  return `${[
    `export LD_LIBRARY_PATH="${[join(folder, 'tensorflow'), ...libraries].join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
    `export XLA_FLAGS="--xla_gpu_cuda_data_dir=${nvcc}\${XLA_FLAGS:+ $XLA_FLAGS}"`,
  ].join('\n')}\n`;
}

function cudaPackages(folder) {
  return readdirSync(join(folder, 'nvidia')).filter((name) => existsSync(join(folder, 'nvidia', name, 'lib')));
}

async function fetchWheels(doing, wanted, folder) {
  const wheels = `${folder}.wheels`;
  const staging = `${folder}.new`;
  for (const path of [wheels, staging]) rmSync(path, { recursive: true, force: true });
  mkdirSync(wheels, { recursive: true });
  await pip(doing, [
    'download',
    '--no-deps',
    '--require-hashes',
    '--no-cache-dir',
    ...wheelTag,
    '--dest',
    wheels,
    ...wanted,
  ]);
  await run(`unpacking ${doing}`, venvPython, [unpacker, wheels, staging]);
  rmSync(folder, { recursive: true, force: true });
  renameSync(staging, folder);
  rmSync(wheels, { recursive: true, force: true });
}

function isUnpacked(folder) {
  return (
    existsSync(join(folder, 'tensorflow', 'libtensorflow_cc.so.2')) && existsSync(join(folder, 'tensorflow', 'include'))
  );
}
