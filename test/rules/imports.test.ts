// Data flows one way, and so do imports: core <- functions, containers, cli, infra; nobody sideways.
import { globSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const STATIC_IMPORT = /^(?:import|export)\b[^;'"]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*'([^']+)'\s*\)/g;

type Room = { readonly files: string; readonly mayImport: readonly RegExp[] };

// A relative import is written here as the path it leads to, from the root.
const ROOMS: readonly Room[] = [
  {
    files: 'core/*.ts',
    mayImport: [
      /^core\//,
      /^node:(crypto|path|util|zlib)$/,
      /^(zod|yaml|yauzl|file-type|hyparquet|hyparquet-writer|re2js)$/,
    ],
  },
  { files: 'core/archive/*.ts', mayImport: [/^core\//, /^node:/] },
  { files: 'core/image/*.ts', mayImport: [/^core\//, /^(sharp|file-type)$/] },
  { files: 'core/table/*.ts', mayImport: [/^core\//, /^node:(buffer|util)$/, /^(zod|yaml|re2js)$/] },
  {
    files: 'core/text/*.ts',
    mayImport: [/^core\//, /^node:(buffer|util|zlib)$/, /^(zod|file-type|chardet|eld\/small)$/],
  },
  // A decoder of compressed sound is a process of its own, started from here.
  { files: 'core/audio/*.ts', mayImport: [/^core\//, /^node:/, /^(zod|fft\.js|file-type|@audio\/decode-[a-z0-9]+)$/] },
  { files: 'core/charts/*.ts', mayImport: [/^core\/(charts|page)\//, /^(@observablehq\/plot|linkedom)$/] },
  { files: 'core/page/*.ts', mayImport: [/^core\//] },
  { files: 'core/quality/*.ts', mayImport: [/^core\//, /^node:zlib$/, /^(zod|hyparquet)$/] },
  { files: 'core/messages/*.ts', mayImport: [/^core\//, /^zod$/] },
  { files: 'core/store/*.ts', mayImport: [/^core\//, /^node:crypto$/, /^zod$/, /^@aws-sdk\/client-s3$/] },
  {
    files: 'functions/**/*.ts',
    mayImport: [
      /^#core\//,
      /^functions\//,
      /^node:/,
      /^(@middy|@aws-|aws-lambda$|@duckdb|sharp|onnxruntime-node|zod|yazl|yauzl|file-type|hyparquet)/,
    ],
  },
  {
    files: 'containers/**/*.ts',
    mayImport: [
      /^#core\//,
      /^containers\//,
      /^node:/,
      /^(@tensorflow|protobufjs|onnxruntime-node|ml-matrix|sharp|zod|@aws-sdk\/client-)/,
    ],
  },
  // The same code indexes in a function and, above its size, in a container: the one place of the containers that reaches into functions.
  {
    files: 'containers/indexer/*.ts',
    mayImport: [/^#core\//, /^containers\/indexer\//, /^node:/, /^zod$/, /^functions\/index\/stage\.ts$/],
  },
  {
    files: 'infra/*.ts',
    mayImport: [
      /^#core\/(names|keys|errors|limits)\.ts$/,
      /^infra\//,
      /^node:/,
      /^(aws-cdk-lib|constructs|cdk-nag|esbuild|@aws-sdk\/client-)/,
    ],
  },
  {
    files: 'cli/**/*.ts',
    mayImport: [/^#core\//, /^cli\//, /^node:/, /^(commander|zod|sharp|yazl|yaml|@aws-sdk\/|@smithy\/)/],
  },
  // The same code judges a file on this machine: the one place of the command line that reaches into functions.
  {
    files: 'cli/check-bench.ts',
    mayImport: [/^#core\//, /^cli\//, /^node:/, /^functions\/(validate|clean-[a-z]+)\/stage\.ts$/],
  },
  {
    files: 'cli/{local,verbs/local}*.ts',
    mayImport: [/^#core\//, /^cli\//, /^infra\//, /^node:/, /^(commander|zod|@aws-sdk\/)/],
  },
];

/** Files of a room that a room below speaks of. */
const EXEMPT: Readonly<Record<string, RegExp>> = {
  'cli/**/*.ts': /(^|\/)(local|demo|check-bench)[^/]*(\/|\.ts$)/,
  'containers/**/*.ts': /^containers\/indexer\//,
};

for (const { files, mayImport } of ROOMS) {
  const found = globSync(files, { cwd: ROOT });
  const exempt = EXEMPT[files];
  test.each(found.filter((file) => !exempt?.test(file)))(`%s imports only what its room may (${files})`, (file) => {
    expect(importsOf(file).filter((to) => !mayImport.some((allowed) => allowed.test(to)))).toEqual([]);
  });
}

test('no function imports another function', () => {
  const files = globSync('functions/*/**/*.ts', { cwd: ROOT });
  expect(files.length).toBeGreaterThan(5);
  const sideways = files.flatMap((file) => {
    const own = file.split('/').slice(0, 2).join('/');
    return importsOf(file)
      .filter((to) => /^functions\/[^/]+\//.test(to) && !to.startsWith(`${own}/`))
      .map((to) => `${file} -> ${to}`);
  });
  expect(sideways).toEqual([]);
});

test('every room of the design has files, so that no rule above passes for want of any', () => {
  for (const room of ['core', 'functions', 'containers', 'infra', 'cli', 'test', 'bench']) {
    expect(globSync(`${room}/**/*.ts`, { cwd: ROOT }).length, room).toBeGreaterThan(0);
  }
});

test('the tensors stay in the trainer and the SDK out of the rules', () => {
  const outside = globSync('{core,functions,cli,infra}/**/*.ts', { cwd: ROOT });
  expect(outside.filter((file) => importsOf(file).some((to) => to.startsWith('@tensorflow/')))).toEqual([]);
  const rules = globSync('core/**/*.ts', { cwd: ROOT }).filter((file) => file !== 'core/store/s3.ts');
  expect(rules.filter((file) => importsOf(file).some((to) => to.startsWith('@aws-sdk/')))).toEqual([]);
});

function importsOf(file: string): string[] {
  const text = readFileSync(resolve(ROOT, file), 'utf8');
  const found = [...text.matchAll(STATIC_IMPORT), ...text.matchAll(DYNAMIC_IMPORT)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  return found.map((to) => (to.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), to)) : to));
}
