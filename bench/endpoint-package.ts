// The endpoint's package, zipped as it is uploaded.
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { packageFunction } from './package-function.ts';

export type Package = { readonly bundle: string; readonly zipBytes: number };

/** Throws if the set-up has not staged the native library. */
export async function packageEndpoint(folder: string): Promise<Package> {
  const bundle = await packageFunction('sample', folder);
  const zip = new ZipFile();
  for (const file of globSync('**/*', { cwd: folder })) {
    if (statSync(join(folder, file)).isFile()) zip.addFile(join(folder, file), file);
  }
  zip.end();
  return { bundle, zipBytes: (await buffer(zip.outputStream)).length };
}
