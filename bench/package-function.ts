// A function as a deployment packages it, with the native libraries and the separate files that its code imports.
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { type PackagedCode, packageFunction as writePackage } from '../infra/packaging/function-code.ts';
import { APART, NATIVE } from '../infra/packaging/packaging.ts';

export const FUNCTIONS = resolve(import.meta.dirname, '../functions');

/** Fills `folder` and returns the path of the handler's bundle in it. Throws when set-up has not staged a native library. */
export async function packageFunction(name: string, folder: string): Promise<string> {
  writePackage(name, await packagedCode(name), folder);
  return join(folder, 'index.mjs');
}

async function packagedCode(name: string): Promise<PackagedCode> {
  const source = join(FUNCTIONS, name);
  const children = readdirSync(source).filter((file) => file.endsWith('-process.ts'));
  const { metafile } = await build({
    entryPoints: ['handler.ts', ...children].map((file) => join(source, file)),
    outdir: 'none',
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: [...Object.values(NATIVE).flat(), ...Object.keys(APART)],
    logLevel: 'error',
    metafile: true,
  });
  const imported = new Set<string>();
  for (const { imports, inputs } of Object.values(metafile.outputs)) {
    for (const { path } of imports) imported.add(path);
    // It requires its library, which esbuild does not list.
    if (Object.keys(inputs).some((file) => file.endsWith('core/model/onnx-runtime.ts')))
      imported.add('onnxruntime-node');
  }
  return {
    native: keysOf(NATIVE).filter((library) => NATIVE[library].some((module) => imported.has(module))),
    apart: keysOf(APART).filter((module) => imported.has(module)),
    children,
  };
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}
