import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout, and the ignored folder under which everything is written that is not `node_modules`. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const work = join(root, '.goldpan');
export const logs = join(work, 'logs');
export const nodeHome = join(work, 'node');
export const nodeBin = join(nodeHome, 'bin');
export const venv = join(work, 'emulator');
export const native = join(work, 'native');

/** The environment of every child: Node 22 first in PATH, whatever `node` the shell has. */
export function childEnv(extra = {}) {
  const path = [nodeBin, join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  // Windows has one variable, by whatever case it is called.
  const others = Object.entries(process.env).filter(([name]) => name.toUpperCase() !== 'PATH');
  return { ...Object.fromEntries(others), PATH: path, ...extra };
}

export { join };
