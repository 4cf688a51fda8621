// Checks what the packages of the functions carry: native libraries, and the code of a kind of data, only where they are needed.
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { KINDS } from '#core/base/names.ts';
import { packageFunction } from '../../infra/packaging/function-code.ts';
import { NATIVE } from '../../infra/packaging/packaging.ts';

const FUNCTIONS = resolve(import.meta.dirname, '../../functions');
const LEFT_OUT = Object.values(NATIVE).flat();

let outputs: Metafile['outputs'];
let inputs: Metafile['inputs'];

beforeAll(async () => {
  const { metafile } = await build({
    entryPoints: globSync('*/{handler,*-process}.ts', { cwd: FUNCTIONS }).map((file) => join(FUNCTIONS, file)),
    outdir: 'out',
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: LEFT_OUT,
    metafile: true,
    logLevel: 'error',
  });
  ({ outputs, inputs } = metafile);
});

test('DuckDB is carried by clean-table and index, sharp by clean-image, align, sample and draw, ONNX by sample, draw and align, and nothing native by others', async () => {
  const carried = new Map<string, Set<string>>();
  for (const { entryPoint = '', imports, inputs } of Object.values(outputs)) {
    const name = /functions\/([^/]+)\//.exec(entryPoint)?.[1] ?? entryPoint;
    const found = carried.get(name) ?? carried.set(name, new Set()).get(name);
    for (const { path, external } of imports) if (external && LEFT_OUT.some((name) => name === path)) found?.add(path);
    // It requires its library, which esbuild does not list.
    if ((inputs['core/model/onnx-runtime.ts']?.bytesInOutput ?? 0) > 0) found?.add('onnxruntime-node');
  }
  const bundled = Object.fromEntries([...carried].map(([name, libraries]) => [name, [...libraries].sort()]));
  expect(bundled).toEqual({
    align: ['onnxruntime-node', 'sharp'],
    'clean-audio': [],
    'clean-image': ['sharp'],
    'clean-table': ['@duckdb/node-bindings'],
    'clean-text': [],
    draw: ['onnxruntime-node', 'sharp'],
    gather: [],
    index: ['@duckdb/node-bindings'],
    promote: [],
    report: [],
    sample: ['onnxruntime-node', 'sharp'],
    seal: [],
    tick: [],
    shard: [],
    validate: [],
  });
});

test('a cleaning function bundles the code of its own kind only', () => {
  for (const kind of KINDS) {
    const files = filesOf(`clean-${kind}`);
    expect(files.filter((file) => file.startsWith(`core/kinds/${kind}/`)).length, kind).toBeGreaterThan(5);
    const others = KINDS.filter((other) => other !== kind).map((other) => `core/kinds/${other}/`);
    expect(files.filter((file) => others.some((folder) => file.startsWith(folder)))).toEqual([]);
  }
});

test('the sampling function bundles no rules and no issues of any kind', () => {
  const files = filesOf('sample');
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => /^core\/kinds\/.*(rules|issues|definition)\.ts$/.test(file))).toEqual([]);
});

test('the process that decodes audio is bundled whole', () => {
  expect(filesOf('clean-audio')).toContain('core/kinds/audio/decode/decode-process.ts');
});

test('pdf.js is in the process that reads documents, not in the function beside it', () => {
  const holding = Object.values(outputs)
    .filter(({ inputs }) => Object.keys(inputs).some((file) => file.includes('node_modules/unpdf/')))
    .map(({ entryPoint }) => entryPoint);
  expect(holding).toEqual(['functions/clean-text/extract-process.ts']);
});

test('a packaged function imports no HTTP of Node as an ES module, which would load its client for WebSockets at each cold start', () => {
  const code = Object.values(packaged('promote')).join('\n');
  expect(code).toContain('require');
  expect(code).not.toMatch(/(from|import\()\s*["']node:https?["']/);
});

test('a packaged function carries no clients for credentials, which it finds in its environment', () => {
  const code = Object.values(packaged('promote')).join('\n');
  expect(code).toContain('Functions find their credentials in the environment.');
  expect(code).not.toMatch(/AssumeRoleWithWebIdentity|GetRoleCredentials/);
});

test('CommonJS modules that are loaded when needed are read by their default export, the only one that they have in a file of their own', () => {
  const loaded = Object.values(inputs).flatMap(({ imports }) =>
    imports.filter(({ path, kind }) => kind === 'dynamic-import' && inputs[path]?.format === 'cjs'),
  );
  const packages = loaded.map(({ path }) => path.split('node_modules/').at(-1)?.split('/')[0]);
  expect([...new Set(packages)].sort()).toEqual(['@libav.js', 'libheif-js', 'seek-bzip', 'xz-decompress']);
});

test('the code of a kind of data lies beside the sampling function, which loads it when a model of that kind is used', async () => {
  const { metafile } = await build({
    ...{ entryPoints: [join(FUNCTIONS, 'sample/handler.ts')], outdir: 'out', write: false, metafile: true },
    ...{ bundle: true, splitting: true, platform: 'node', format: 'esm', external: LEFT_OUT, logLevel: 'error' },
  });
  const isEntry = (file: string) => metafile.outputs[file]?.entryPoint === 'functions/sample/handler.ts';
  const atStart = new Set(Object.keys(metafile.outputs).filter(isEntry));
  for (const file of atStart)
    for (const { path, kind } of metafile.outputs[file]?.imports ?? [])
      if (kind === 'import-statement') atStart.add(path);
  const parsed = [...atStart].flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}));
  expect(parsed).toContain('functions/sample/handler.ts');
  const ofKinds = ['image-kind.ts', 'tables/tables.ts', 'audio/clips.ts', 'texts/texts.ts'];
  expect(parsed.filter((file) => ofKinds.some((own) => file === `stages/sample/${own}`))).toEqual([]);
  expect(Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs))).toEqual(
    expect.arrayContaining(ofKinds.map((own) => `stages/sample/${own}`)),
  );
});

/** The files of a packaged function by their names. */
function packaged(name: string): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-package-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  packageFunction(name, {}, folder);
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

/** Files of the project in the bundles of a function, as far as something of them is left. */
function filesOf(name: string): string[] {
  return Object.values(outputs)
    .filter(({ entryPoint }) => entryPoint?.includes(`functions/${name}/`))
    .flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
    )
    .filter((file) => !file.includes('node_modules'));
}
