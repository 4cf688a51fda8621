// A function as a deployment packages it: one bundle, what lies beside it, and the native libraries staged by set-up.
import { cpSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { APART, NATIVE, REQUIRE_IN_ESM, REQUIRED } from '../infra/packaging/packaging.ts';

export const FUNCTIONS = resolve(import.meta.dirname, '../functions');
const STAGED = resolve(import.meta.dirname, '../.goldpan/native');
const HOW: BuildOptions = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  mainFields: ['module', 'main'],
  banner: { js: REQUIRE_IN_ESM },
  logLevel: 'error',
};

/** Fills `folder` and returns the path of the handler's bundle in it. Throws when set-up has not staged a native library. */
export async function packageFunction(name: string, folder: string): Promise<string> {
  const source = join(FUNCTIONS, name);
  const entries = ['handler.ts', ...readdirSync(source).filter((file) => file.endsWith('-process.ts'))];
  const imported = new Set<string>();
  for (const file of entries) {
    const { metafile } = await build({
      ...HOW,
      entryPoints: [{ in: join(source, file), out: file === 'handler.ts' ? 'index' : basename(file, '.ts') }],
      outdir: folder,
      external: [...Object.values(NATIVE).flat(), ...Object.values(APART)],
      alias: { ...REQUIRED, ...APART },
      metafile: true,
    });
    for (const { imports, inputs } of Object.values(metafile.outputs)) {
      for (const { path } of imports) imported.add(path);
      // It requires its library, which esbuild does not list.
      if (Object.keys(inputs).some((file) => file.endsWith('core/model/onnx-runtime.ts')))
        imported.add('onnxruntime-node');
    }
  }
  for (const [module, file] of Object.entries(APART))
    if (imported.has(file))
      await build({
        ...HOW,
        entryPoints: [{ in: fileURLToPath(import.meta.resolve(module)), out: basename(file, '.mjs') }],
        outdir: folder,
      });
  for (const [library, packages] of Object.entries(NATIVE))
    if (packages.some((name) => imported.has(name)))
      cpSync(join(STAGED, library, 'node_modules'), join(folder, 'node_modules'), { recursive: true });
  return join(folder, 'index.mjs');
}
