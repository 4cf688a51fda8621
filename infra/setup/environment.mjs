import { rmSync } from 'node:fs';
import { run } from './command.mjs';
import { join } from './paths.mjs';
import { findPython } from './requirements.mjs';

/** Makes a virtual environment of Python in `folder` anew. `install` takes packages from a file that pins each by its hash. */
export async function newEnvironment(folder, title) {
  rmSync(folder, { recursive: true, force: true });
  await run(`virtual environment of ${title}`, findPython(), ['-m', 'venv', folder]);
  const python = join(folder, 'bin', 'python');
  const install = (doing, requirements, more = []) =>
    run(doing, python, [
      ...['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar=off', '--no-deps'],
      ...['--no-cache-dir', '--require-hashes', ...more, '-r', requirements],
    ]);
  return { python, install };
}
