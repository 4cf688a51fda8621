// What the packages of the functions carry: native libraries only where they are needed.
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { NATIVE } from '../../infra/pipeline/packaging.ts';

const FUNCTIONS = resolve(import.meta.dirname, '../../functions');
const LEFT_OUT = Object.values(NATIVE).flat();

test('DuckDB is carried by clean-table and index, sharp by clean-image, ONNX by sample, and nothing native by others', async () => {
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
  const carried = new Map<string, Set<string>>();
  for (const { entryPoint = '', imports } of Object.values(metafile.outputs)) {
    const name = /functions\/([^/]+)\//.exec(entryPoint)?.[1] ?? entryPoint;
    const found = carried.get(name) ?? carried.set(name, new Set()).get(name);
    for (const { path, external } of imports) if (external && LEFT_OUT.some((name) => name === path)) found?.add(path);
  }
  const told = Object.fromEntries([...carried].map(([name, libraries]) => [name, [...libraries]]));
  expect(told).toEqual({
    'clean-audio': [],
    'clean-image': ['sharp'],
    'clean-table': ['@duckdb/node-bindings'],
    'clean-text': [],
    index: ['@duckdb/node-bindings'],
    promote: [],
    sample: ['onnxruntime-node'],
    seal: [],
    tick: [],
    shard: [],
    validate: [],
  });
});
