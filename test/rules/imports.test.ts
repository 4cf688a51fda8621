// Data flows one way, and so do imports: core <- stages <- functions, containers, client <- cli; infra reads names and keys of core.
import { globSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { KINDS } from '#core/base/names.ts';
import { EXEMPTIONS, IMPORT_RULES, type ImportRule, importTable } from './import-rules.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const IMPORT = /^(?:import|export)\b[^;'"]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;
const FOLDERS = ['core', 'stages', 'functions', 'containers', 'client', 'cli', 'infra'];
const FILES = globSync(`{${FOLDERS.join(',')}}/**/*.{ts,mjs}`, {
  cwd: ROOT,
  exclude: (file) => file === 'node_modules',
}).sort();

test.each(FILES)('%s imports only what its folder may', (file) => {
  const rule = ruleFor(file);
  expect(rule, `${file} lies in a folder without an import rule: add it to test/rules/import-rules.ts`).toBeDefined();
  const also = EXEMPTIONS.find((exemption) => exemption.file === file)?.also ?? [];
  expect(importsOf(file).filter((to) => !(rule && mayImport(rule, also, file, to)))).toEqual([]);
});

test('every rule and every exemption is used', () => {
  for (const rule of IMPORT_RULES) expect(FILES.filter((file) => ruleFor(file) === rule).length).toBeGreaterThan(0);
  for (const { file, also } of EXEMPTIONS) {
    const used = importsOf(file).some((to) => also.some((one) => to === one || to.startsWith(`${one}/`)));
    expect(used, `${file} no longer needs its exemption`).toBe(true);
  }
});

test('no function imports another function, and no stage another stage', () => {
  const sideways = FILES.filter((file) => /^(functions|stages)\/[^/]+\//.test(file)).flatMap((file) => {
    const [room, own] = file.split('/');
    return importsOf(file)
      .filter((to) => new RegExp(`^${room}/[^/]+/`).test(to) && !to.startsWith(`${room}/${own}/`))
      .map((to) => `${file} -> ${to}`);
  });
  expect(sideways).toEqual([]);
});

test('no kind of data imports the folder of another', () => {
  const kind = (file: string) => KINDS.find((name) => file.startsWith(`core/kinds/${name}/`));
  const crossing = FILES.filter((file) => kind(file)).flatMap((file) =>
    importsOf(file)
      .filter((to) => kind(to) && kind(to) !== kind(file))
      .map((to) => `${file} -> ${to}`),
  );
  expect(crossing).toEqual([]);
});

test('no folder has more than 15 files beside each other', () => {
  const counts = Map.groupBy(FILES, (file) => dirname(file));
  expect([...counts].filter(([, files]) => files.length > 15)).toEqual([]);
});

test('CONTRIBUTING.md prints the table of imports', () => {
  const page = readFileSync(resolve(ROOT, 'CONTRIBUTING.md'), 'utf8');
  expect(page).toContain(importTable());
});

function ruleFor(file: string): ImportRule | undefined {
  return IMPORT_RULES.filter(({ folder }) => file.startsWith(`${folder}/`)).sort(
    (a, b) => b.folder.length - a.folder.length,
  )[0];
}

function mayImport(rule: ImportRule, also: readonly string[], file: string, to: string): boolean {
  if (to.startsWith('data:') || to === file || also.includes(to)) return true;
  if (FOLDERS.some((folder) => to.startsWith(`${folder}/`)))
    return [rule.folder, ...rule.folders, ...also].some((folder) => to.startsWith(`${folder}/`));
  return rule.packages.some((name) => (name.endsWith('*') ? to.startsWith(name.slice(0, -1)) : to === name));
}

/** What a file imports: paths from the root, names of packages. */
function importsOf(file: string): string[] {
  const text = readFileSync(resolve(ROOT, file), 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => {
    const to = match[1] ?? match[2] ?? match[3] ?? '';
    if (to.startsWith('#')) return to.slice(1);
    return to.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), to)) : to;
  });
}
