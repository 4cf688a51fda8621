import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout, and the git-ignored folder for everything that is written besides `node_modules`. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const work = join(root, '.goldpan');
export const logs = join(work, 'logs');
export const nodeHome = join(work, 'node');
export const nodeBin = join(nodeHome, 'bin');
export const venv = join(work, 'emulator');
export const native = join(work, 'native');

/** The environment of child processes: Node 22 is first in PATH, whatever `node` the shell finds. */
export function childEnv(extra = {}) {
  const path = [nodeBin, join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  // On Windows, names of variables are not case-sensitive.
  const others = Object.entries(process.env).filter(([name]) => name.toUpperCase() !== 'PATH');
  return { ...Object.fromEntries(others), PATH: path, ...extra };
}

export { join };
