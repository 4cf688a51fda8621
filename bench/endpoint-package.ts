// The endpoint's package as a deployment makes it: one bundle, the native library staged by set-up, zipped.
import { cpSync, globSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { build } from 'esbuild';
import { ZipFile } from 'yazl';

const ROOT = resolve(import.meta.dirname, '..');
const STAGED = join(ROOT, '.goldpan/native/onnxruntime/node_modules');
const REQUIRE_IN_ESM = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

export type Package = { readonly bundle: string; readonly zipBytes: number };

/** Throws when set-up has not staged the native library. */
export async function packageEndpoint(folder: string): Promise<Package> {
  const bundle = join(folder, 'index.mjs');
  await build({
    entryPoints: [join(ROOT, 'functions/sample/handler.ts')],
    outfile: bundle,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node'],
    banner: { js: REQUIRE_IN_ESM },
    logLevel: 'error',
  });
  cpSync(STAGED, join(folder, 'node_modules'), { recursive: true });
  const zip = new ZipFile();
  for (const file of globSync('**/*', { cwd: folder })) {
    if (statSync(join(folder, file)).isFile()) zip.addFile(join(folder, file), file);
  }
  zip.end();
  return { bundle, zipBytes: (await buffer(zip.outputStream)).length };
}
