// What `npm run setup -- --deploy` does on any system: Node alone, packages of the system, native libraries of the functions.
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { PRETRAINED_FILES } from '#core/kinds/image/pretrained-features.ts';
import { neededPackages } from '../../../infra/setup/locked-packages.mjs';
import { checkNode } from '../../../infra/setup/requirements.mjs';
import { deploySteps } from '../../../infra/setup/steps/all.mjs';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('the steps are those that need no Python and no compiler', () => {
  expect(deploySteps.map(({ id }) => id)).toEqual([
    'host-packages',
    'native-node',
    'native-sharp',
    'native-duckdb',
    'native-onnxruntime',
  ]);
});

test('a Node that cannot run TypeScript is refused', () => {
  expect(() => checkNode('22.17.1')).toThrow('needs Node 22.18 or newer; this is Node 22.17.1');
  for (const version of ['22.18.0', '23.0.0', '24.1.0']) expect(() => checkNode(version)).not.toThrow();
});

test.each([
  ['darwin', 'arm64', '@esbuild/darwin-arm64'],
  ['win32', 'x64', '@esbuild/win32-x64'],
])('on %s %s the packages of that system are asked for, and none of Linux', (os, cpu, compiler) => {
  const lock = JSON.parse(read('package-lock.json'));
  const names = Object.keys(lock.packages[''].devDependencies);
  const needed = [...neededPackages(lock, names, { os, cpu, libc: 'none' })];
  expect(needed).toContain(`node_modules/${compiler}`);
  expect(needed.filter((path) => /linux/.test(path))).toEqual([]);
});

test('the pretrained network of the functions is in the checkout, with the pinned bytes', () => {
  for (const file of globSync('infra/native/features/*', { cwd: root })) {
    const name = file.split(/[\\/]/).at(-1) as keyof typeof PRETRAINED_FILES;
    expect(sha256(readFileSync(join(root, file)))).toBe(PRETRAINED_FILES[name]);
  }
});

test('a checkout is the same on every system: line ends are LF, and no two names differ by case alone', () => {
  expect(read('.gitattributes')).toContain('* text=auto eol=lf');
  const sources = globSync('{core,stages,functions,containers,client,cli,infra,examples}/**/*.{ts,mjs,sh,json}', {
    cwd: root,
    exclude: (name) => String(name).includes('node_modules'),
  });
  expect(sources.length).toBeGreaterThan(1000);
  expect(sources.filter((file) => read(file).includes('\r'))).toEqual([]);
  expect(new Set(sources.map((file) => file.toLowerCase())).size).toBe(sources.length);
});
