// Synthesises the stack, unless its inputs are unchanged.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const STAMP = 'sources.sha256';
const SOURCES = [
  'cdk.json',
  'package.json',
  'package-lock.json',
  '{core,stages,functions,containers}/**/*.{ts,json}',
  'infra/{*,packaging/*,pipeline/*,compute/*}.{ts,mjs}',
  'containers/**/Dockerfile',
];
/** Folders whose files are compared by name and size only, because reading their 130 MB takes too long. */
const NATIVE = '.goldpan/native/{sharp,onnxruntime,duckdb}/node_modules/**/*';

export type SynthContext = Readonly<Record<string, string>>;

/** Folder of the assembly. Each set of options has its own, so that two of them do not overwrite each other. */
export async function assembly(context: SynthContext, cdk: (args: string[]) => Promise<void>): Promise<string> {
  const options = Object.entries(context).sort();
  const folder = resolve(ROOT, '.goldpan/cdk', sha256(JSON.stringify(options)).slice(0, 16));
  const stamp = resolve(folder, STAMP);
  const sources = hashOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return folder;
  rmSync(stamp, { force: true });
  await cdk([
    'synth',
    '--quiet',
    '--output',
    folder,
    ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  removeOldAssets(folder);
  writeFileSync(stamp, sources);
  return folder;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT }));
  for (const file of files.filter((name) => !name.includes('node_modules')).sort()) {
    hash.update(`${file}\0`).update(readFileSync(resolve(ROOT, file)));
  }
  for (const file of globSync(NATIVE, { cwd: ROOT }).sort()) {
    hash.update(`${file} ${statSync(resolve(ROOT, file)).size}\0`);
  }
  return hash.digest('hex');
}

/** Deletes packages that no template names: each change of a function leaves one behind, of up to 90 MB. */
function removeOldAssets(folder: string): void {
  const manifests = globSync('*.assets.json', { cwd: folder });
  const named = manifests.map((file) => readFileSync(resolve(folder, file), 'utf8')).join('\n');
  for (const file of globSync(['asset.*', '.cache/*.zip'], { cwd: folder })) {
    if (!named.includes(basename(file, '.zip'))) rmSync(resolve(folder, file), { recursive: true });
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
