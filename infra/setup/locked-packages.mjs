import { existsSync } from 'node:fs';
import { join } from 'node:path';

const linuxX64 = { os: 'linux', cpu: 'x64', libc: 'glibc' };

/** The present system, as lockfiles name it. Linux is assumed to have glibc. */
export function thisHost() {
  return { os: process.platform, cpu: process.arch, libc: process.platform === 'linux' ? 'glibc' : undefined };
}

/**
 * Returns the paths in a lockfile (`node_modules/sharp`) of all packages that the named ones need on a host, Linux x64 with glibc
 * by default, optional ones included. npm leaves out an optional package that it cannot fetch, or whose `engines` want another Node, without
 * a message: compare with what is installed. Throws when the lockfile has no entry for a required package.
 */
export function neededPackages(lock, names, host = linuxX64) {
  const needed = new Set();
  const visit = (from, name, isOptional) => {
    const path = resolveIn(lock, from, name);
    if (path === undefined) {
      if (isOptional) return;
      throw new Error(`package-lock.json has no entry for ${name}, which ${from || 'package.json'} needs`);
    }
    const entry = lock.packages[path];
    if (needed.has(path) || !fitsHost(entry, host)) return;
    needed.add(path);
    for (const dependency of Object.keys(entry.dependencies ?? {})) visit(path, dependency, false);
    for (const dependency of Object.keys(entry.optionalDependencies ?? {})) visit(path, dependency, true);
  };
  for (const name of names) visit('', name, false);
  return needed;
}

/** Returns the needed packages that are not installed below `folder`. */
export function missingPackages(lock, names, folder, host = linuxX64) {
  return [...neededPackages(lock, names, host)].filter((path) => !existsSync(join(folder, path, 'package.json')));
}

function resolveIn(lock, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (lock.packages[path]) return path;
    if (folder === '') return undefined;
  }
}

function fitsHost(entry, host) {
  return Object.entries(host).every(([key, value]) => {
    const allowed = [entry[key] ?? []].flat();
    if (allowed.includes(`!${value}`)) return false;
    const named = allowed.filter((one) => !one.startsWith('!'));
    return named.length === 0 || named.includes(value);
  });
}
