import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { run } from '../command.mjs';
import { SetupError } from '../errors.mjs';
import { missingPackages, thisHost } from '../locked-packages.mjs';
import { npm } from '../npm.mjs';
import { join, nodeBin, root } from '../paths.mjs';

const modules = join(root, 'node_modules');
const lockFile = join(root, 'package-lock.json');
const installedLockFile = join(modules, '.package-lock.json');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Installs the packages of the lockfile, and does the work of the two install scripts among them that are needed. */
export const packagesStep = {
  id: 'packages',
  title: 'npm packages',
  needs: ['node'],
  inputs: [{ file: lockFile }, JSON.stringify([manifest.dependencies, manifest.devDependencies])],
  mibOnDisk: 2500,
  done: () => existsSync(installedLockFile) && existsSync(join(modules, '.bin', 'node')),
  async run() {
    const kept = await install();
    placeNode();
    // The install script of esbuild replaces its launcher by the native binary, which halves the start time of each bundling.
    await run('esbuild', join(nodeBin, 'node'), ['install.js'], { cwd: join(modules, 'esbuild') });
    return counted(kept);
  },
};

/** Installs the same packages for the present system with the present Node, without any install script. */
export const hostPackagesStep = {
  ...packagesStep,
  id: 'host-packages',
  needs: [],
  done: () => existsSync(installedLockFile),
  run: async () => counted(await install(thisHost())),
};

/** Returns whether all packages that the host needs were installed before. Throws SetupError if npm left one out. */
async function install(host) {
  const lock = readLock(lockFile);
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const kept = isInstalled(lock, readLock(installedLockFile)) && missingPackages(lock, names, root, host).length === 0;
  if (!kept) await npm('npm packages', ['ci'], { cwd: root });
  const missing = missingPackages(lock, names, root, host);
  if (missing.length > 0) throw new SetupError(`npm reported success but has not installed ${missing.join(', ')}`);
  return kept;
}

function counted(kept) {
  const count = Object.keys(readLock(installedLockFile).packages).length;
  return kept ? `${count} packages already present` : `${count} packages`;
}

/** Returns whether every package that this machine needs is installed in the locked version. */
export function isInstalled(wanted, found) {
  if (!wanted || !found) return false;
  return Object.entries(wanted.packages).every(([path, { version, optional }]) => {
    const there = found.packages[path];
    return path === '' || (there ? there.version === version : optional === true);
  });
}

function readLock(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Does the work of the install script of the package `node` without a download, with the binary that is installed already. */
function placeNode() {
  const target = join(modules, 'node', 'bin', 'node');
  if (!existsSync(target)) {
    mkdirSync(join(modules, 'node', 'bin'), { recursive: true });
    try {
      linkSync(join(nodeBin, 'node'), target);
    } catch {
      copyFileSync(join(nodeBin, 'node'), target);
    }
    chmodSync(target, 0o755);
  }
  const link = join(modules, '.bin', 'node');
  if (existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync('../node/bin/node', link);
}
