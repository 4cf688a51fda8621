import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { run } from '../command.mjs';
import { join, root, venv } from '../paths.mjs';
import { findPython } from '../requirements.mjs';

const requirements = join(root, 'infra', 'setup', 'requirements-emulator.txt');

/** Installs the AWS emulator in its own virtual environment, whose pip also fetches the other Python packages. */
export const emulatorStep = {
  id: 'emulator',
  title: 'AWS emulator',
  needs: [],
  inputs: [{ file: requirements }],
  mibOnDisk: 150,
  done: () => existsSync(venvPython),
  async run() {
    // A working environment is updated in place, because an emulator may be running from it.
    if (!works()) {
      rmSync(venv, { recursive: true, force: true });
      await run('virtual environment', findPython(), ['-m', 'venv', venv]);
    }
    await pip('AWS emulator', ['install', '--no-deps', '--require-hashes', '--prefer-binary', '-r', requirements]);
    const version = await run('emulator version', venvPython, [
      '-c',
      'import importlib.metadata as m, ministack.app; print(m.version("ministack"))',
    ]);
    return `MiniStack ${version.trim().split('\n').at(-1)}`;
  },
};

export const venvPython = join(venv, 'bin', 'python');

/** Runs the emulator environment's pip, so that no system-wide pip is needed. */
export function pip(doing, [command, ...args], options) {
  const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar=off'];
  return run(doing, venvPython, ['-m', 'pip', command, ...quiet, ...args], options);
}

function works() {
  return spawnSync(venvPython, ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0;
}
