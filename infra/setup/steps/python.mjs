import { existsSync, rmSync } from 'node:fs';
import { run } from '../command.mjs';
import { join, root, work } from '../paths.mjs';
import { findPython } from '../requirements.mjs';

const requirements = join(root, 'infra/setup', 'requirements-python.txt');
const folder = join(work, 'python');
const python = join(folder, 'bin', 'python');

/** Installs the Python packages of the examples in docs/files.md; only on request, because nothing else in goldpan needs them. */
export const pythonStep = {
  id: 'python',
  title: 'Python packages of the examples',
  needs: [],
  inputs: [{ file: requirements }],
  mibOnDisk: 500,
  done: () => existsSync(python),
  async run() {
    rmSync(folder, { recursive: true, force: true });
    await run('virtual environment of the examples', findPython(), ['-m', 'venv', folder]);
    await run('Python packages of the examples', python, [
      ...['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar=off', '--no-deps'],
      ...['--no-cache-dir', '--only-binary=:all:', '--require-hashes', '-r', requirements],
    ]);
    const version = await run('version of pyarrow', python, ['-c', 'import pyarrow; print(pyarrow.__version__)']);
    return `pyarrow ${version.trim()}`;
  },
};
