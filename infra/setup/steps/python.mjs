import { existsSync } from 'node:fs';
import { run } from '../command.mjs';
import { newEnvironment } from '../environment.mjs';
import { join, root, work } from '../paths.mjs';

const requirements = join(root, 'infra/setup', 'requirements-python.txt');
const folder = join(work, 'python');

/** Installs the Python packages of the examples in docs/files.md; only on request, because nothing else in goldpan needs them. */
export const pythonStep = {
  id: 'python',
  title: 'Python packages of the examples',
  needs: [],
  inputs: [{ file: requirements }],
  mibOnDisk: 500,
  done: () => existsSync(join(folder, 'bin', 'python')),
  async run() {
    const { python, install } = await newEnvironment(folder, 'the examples');
    await install('Python packages of the examples', requirements, ['--only-binary=:all:']);
    const version = await run('version of pyarrow', python, ['-c', 'import pyarrow; print(pyarrow.__version__)']);
    return `pyarrow ${version.trim()}`;
  },
};
