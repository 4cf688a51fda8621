// Which packages of a lockfile must be on disk, so that one that npm left out is named before anything starts.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { missingPackages, neededPackages } from '../../../infra/setup/locked-packages.mjs';

const root = resolve(import.meta.dirname, '../../..');
const lock = {
  packages: {
    'node_modules/a': {
      dependencies: { b: '1' },
      optionalDependencies: { 'a-linux': '1', 'a-musl': '1', 'a-mac': '1' },
    },
    'node_modules/a-linux': { optional: true, os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
    'node_modules/a-musl': { optional: true, os: ['linux'], cpu: ['x64'], libc: ['musl'] },
    'node_modules/a-mac': { optional: true, os: ['!linux'], dependencies: { 'mac-only': '1' } },
    'node_modules/mac-only': {},
    'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
    'node_modules/b': {},
    'node_modules/c': { dependencies: { a: '1' } },
    'node_modules/unasked': {},
  },
};
const needed = ['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c', 'node_modules/a-linux'];

test('all that a package needs on this platform is found, the nearest copy of each, foreign binaries left out', () => {
  expect([...neededPackages(lock, ['a'])].sort()).toEqual([...needed].sort());
});

test('a required package without an entry is an error; an optional one is not', () => {
  const broken = { packages: { 'node_modules/a': { dependencies: { gone: '1' } } } };
  expect(() => neededPackages(broken, ['a'])).toThrow('no entry for gone, which node_modules/a needs');
  const optional = { packages: { 'node_modules/a': { optionalDependencies: { gone: '1' } } } };
  expect([...neededPackages(optional, ['a'])]).toEqual(['node_modules/a']);
});

test('an optional binary that npm left out is missing, by name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-packages-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const path of needed) {
    mkdirSync(join(folder, path), { recursive: true });
    if (path !== 'node_modules/a-linux') writeFileSync(join(folder, path, 'package.json'), '{}');
  }
  expect(missingPackages(lock, ['a'], folder)).toEqual(['node_modules/a-linux']);
});

test('of the real lockfile, the binary of sharp for Linux x64 with glibc is needed and no other', () => {
  const real = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const binaries = [...neededPackages(real, ['sharp'])].filter((path) => path.includes('@img/sharp-'));
  expect(binaries.sort()).toEqual(['node_modules/@img/sharp-libvips-linux-x64', 'node_modules/@img/sharp-linux-x64']);
});
