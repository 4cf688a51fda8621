import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { run } from '../command.mjs';
import { SetupError } from '../errors.mjs';
import { join, native, nodeBin, root } from '../paths.mjs';
import { contentKey } from '../stamps.mjs';
import { tensorflowFolder, tensorflowVersion } from './tensorflow.mjs';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const tfjs = join(root, 'node_modules', '@tensorflow', 'tfjs-node');
const addon = join(tfjs, 'lib', 'napi-v8', 'tfjs_binding.node');
const compilers = ['g++', 'c++', 'clang++'];
const flags = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'];
const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
// Relative to the addon, so that the checkout can be moved.
const rpath = `$ORIGIN/../../../../../.goldpan/native/tensorflow-cpu-${tensorflowVersion}/tensorflow`;

/** Builds the addon of tfjs-node with the library of the wheel, because many networks block the server of its own install script. */
export const addonStep = {
  id: 'addon',
  title: 'TensorFlow for Node',
  needs: ['packages', 'tensorflow'],
  inputs: [
    manifest.dependencies['@tensorflow/tfjs-node'],
    manifest.devDependencies['node-api-headers'],
    rpath,
    flags.join(' '),
  ],
  mibOnDisk: 50,
  done: () => existsSync(addon),
  async run() {
    if (loads(addon)) return 'already present';
    const built = join(native, 'addon', `${contentKey(addonStep.inputs)}.node`);
    const compiler = [process.env.CXX, ...compilers].find((one) => one && isThere(one));
    if (!existsSync(built) && !compiler) return official();
    if (!existsSync(built)) await compile(compiler, built);
    mkdirSync(join(addon, '..'), { recursive: true });
    copyFileSync(built, addon);
    if (loads(addon)) return 'built from source';
    throw new SetupError(
      `The compiled addon ${addon} cannot be loaded:\n  ${loadError(addon)}\nRemove .goldpan/native and run the command again.`,
    );
  },
};

async function compile(compiler, built) {
  const library = join(tensorflowFolder(), 'tensorflow');
  const sources = readdirSync(join(tfjs, 'binding')).filter((name) => name.endsWith('.cc'));
  mkdirSync(join(built, '..'), { recursive: true });
  const standIns = await emptyLibraries(compiler, `${built}.libraries`);
  await run('compiling the addon', compiler, [
    ...flags,
    ...['-I', join(root, 'node_modules', 'node-api-headers', 'include'), '-I', join(library, 'include')],
    ...sources.map((name) => join(tfjs, 'binding', name)),
    ...[
      '-o',
      `${built}.new`,
      '-L',
      standIns,
      '-Wl,--no-as-needed',
      ...libraries.map((name) => `-l:${name}`),
      `-Wl,-rpath,${rpath}`,
    ],
  ]);
  copyFileSync(`${built}.new`, built);
  rmSync(`${built}.new`);
  rmSync(standIns, { recursive: true });
}

/**
 * Makes empty libraries with TensorFlow's names to link against. With the real ones, the linker reads 436,000 symbols for minutes, although
 * an addon needs only the names; whether every symbol exists is checked when the addon is loaded.
 */
async function emptyLibraries(compiler, folder) {
  mkdirSync(folder, { recursive: true });
  const source = join(folder, 'empty.cc');
  writeFileSync(source, '');
  for (const name of libraries)
    await run(`an empty ${name}`, compiler, ['-shared', source, `-Wl,-soname,${name}`, '-o', join(folder, name)]);
  return folder;
}

/** Fetches the published binary by the install script of tfjs-node, on machines without a compiler. */
async function official() {
  console.error('no C++ compiler found; trying the official binary of tfjs-node');
  try {
    await run('the official tfjs-node binary', join(nodeBin, 'node'), ['scripts/install.js'], { cwd: tfjs });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
  }
  if (loads(addon)) return 'the official binary';
  throw new SetupError(
    'TensorFlow for Node could be neither compiled nor downloaded: this machine has no C++ compiler, and the download of the official binary failed ' +
      '(see .goldpan/logs). Install a compiler and run the command again: `sudo apt-get install g++` on Debian and Ubuntu, ' +
      '`sudo dnf install gcc-c++` on Fedora, `sudo zypper install gcc-c++` on openSUSE, or name one with CXX=.',
  );
}

function loads(file) {
  return existsSync(file) && loadError(file) === '';
}

function loadError(file) {
  const script = 'process.dlopen({ exports: {} }, process.argv[1])';
  // Resolves every symbol now, not at its first use.
  const env = { ...process.env, LD_BIND_NOW: '1' };
  const { status, stderr } = spawnSync(join(nodeBin, 'node'), ['-e', script, file], { encoding: 'utf8', env });
  return status === 0 ? '' : (stderr?.match(/Error: .*/)?.[0] ?? `exit status ${status}`);
}

function isThere(compiler) {
  return spawnSync(compiler, ['--version'], { stdio: 'ignore' }).status === 0;
}
