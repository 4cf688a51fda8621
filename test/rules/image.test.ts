// What the trainer's image needs no build to be checked for: it holds every file and package that its entry points import.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { TRAINER_FILES } from '../../containers/trainer/features/pretrained-file.ts';
import { needless, packages } from '../../containers/trainer/image/prepare-packages.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const ENTRY_POINTS = [
  'containers/trainer/main.ts',
  'containers/indexer/main.ts',
  'containers/trainer/features/convert.ts',
];
const IMPORT = /^(?:import|export)\b(?! type\b)[^;'"]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)|createRequire\([^)]*\)\('([^']+)'\)/g;
/** A process or a worker of its own, started from here. */
const STARTED = /new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g;

const { files, imported } = walk(ENTRY_POINTS);

test('every package that the entry points import is installed in the image, and no other is asked for', () => {
  expect(imported.size).toBeGreaterThan(8);
  expect([...imported].sort()).toEqual([...packages].sort());
  const { dependencies } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8'));
  expect(packages.filter((name: string) => !(name in dependencies))).toEqual([]);
});

test('every file that they reach lies in a folder that the Dockerfile copies', () => {
  expect(files).toContain('containers/trainer/engine-process.ts');
  const dockerfile = readFileSync(resolve(ROOT, 'containers/trainer/Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (\S+) \.\/\1$/gm)].map(([, folder]) => `${folder}/`);
  expect(copied).toContain('core/');
  expect(files.filter((file) => !copied.some((folder) => file.startsWith(folder)))).toEqual([]);
});

test('the pretrained files in the image are those that its programs read', () => {
  const read = files.flatMap((file) =>
    [...readFileSync(resolve(ROOT, file), 'utf8').matchAll(/\breadPretrainedFile\('([^']+)'\)/g)].map(
      ([, name]) => name,
    ),
  );
  expect(read.sort()).toEqual([...TRAINER_FILES].sort());
  const copies = readFileSync(resolve(ROOT, 'containers/trainer/Dockerfile'), 'utf8').matchAll(
    /^COPY --from=features (.+) \S+$/gm,
  );
  const copied = [...copies].map(([, paths = '']) =>
    paths.split(' ').map((path) => path.replace('/opt/features/', '')),
  );
  expect(copied).toEqual([TRAINER_FILES, TRAINER_FILES]);
});

test('no file that an imported package starts at is taken out of the image', () => {
  for (const name of packages as string[]) {
    const { main = 'index.js', exports: ways } = JSON.parse(
      readFileSync(resolve(ROOT, 'node_modules', name, 'package.json'), 'utf8'),
    );
    const starts = [main, ...leaves(ways?.['.'] ?? ways).filter((file) => /\.[cm]?js$/.test(file))];
    const there = starts.filter((file) => existsSync(resolve(ROOT, 'node_modules', name, file)));
    const kept = there.filter(
      (file) => !needless.some((pattern) => pattern.test(`${name}/${file.replace(/^\.\//, '')}`)),
    );
    expect(kept.length, name).toBeGreaterThan(0);
  }
});

function walk(entryPoints: readonly string[]): { files: string[]; imported: Set<string> } {
  const seen = new Set<string>();
  const found = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(resolve(ROOT, file), 'utf8');
    const targets = [IMPORT, DYNAMIC, STARTED].flatMap((pattern) =>
      [...text.matchAll(pattern)].map((match) => match[1] ?? (match[2] as string)),
    );
    for (const target of targets) {
      if (target.startsWith('.')) visit(relative(ROOT, resolve(ROOT, dirname(file), target)));
      else if (target.startsWith('#')) visit(target.slice(1));
      else if (!target.startsWith('node:')) found.add(packageOf(target));
    }
  };
  for (const file of entryPoints) visit(file);
  return { files: [...seen], imported: found };
}

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}

test('what the proof of the image imports from this project is exported there', async () => {
  const script = readFileSync(resolve(ROOT, 'containers/trainer/prove-image.sh'), 'utf8');
  const imports = [...script.matchAll(/const \{ ([\w, ]+) \} = await import\('\$checkout\/([^']+)'\)/g)];
  expect(imports.length).toBeGreaterThan(0);
  for (const [, names = '', file = ''] of imports)
    expect(Object.keys(await import(resolve(ROOT, file)))).toEqual(expect.arrayContaining(names.split(', ')));
});
