// `npm run package`: the command line and the client library as a package of npm, for machines that only use a deployment. The command
// line is sources, which its own loader strips of types. The package asks for the packages that these import; on installing it, no
// compiler and no script of a package runs.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXPORTS, fillLibrary } from './library.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, '.goldpan', 'release');
const FOLDERS = ['cli', 'client', 'core'];
const FILES = ['LICENSE', 'NOTICE', 'README.md', 'CHANGELOG.md', 'docs/dataset.schema.json'];
const LEFT_OUT = /(^|[\\/])demo$/;
const OLDEST_NODE = '>=22.18';
/** Readers with a part for each system: where one is missing, the commands that need it say so. */
const NATIVE = ['sharp', '@duckdb/node-api', 'onnxruntime-node'];
const IMPORT =
  /^(?:import|export)\b(?! type\b)[^;'"]*?\bfrom\s+'([^'#.][^']*)'|^import\s+'([^'#.][^']*)'|\bimport\(\s*'([^'#.][^']*)'\s*\)/gm;

type Manifest = Readonly<Record<string, unknown>> & { readonly dependencies: Readonly<Record<string, string>> };

/** Fills the folder with what the package holds. */
export async function fillPackage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of [...FOLDERS, ...FILES])
    cpSync(join(ROOT, path), join(folder, path), {
      recursive: true,
      filter: (source) => !LEFT_OUT.test(source.slice(ROOT.length)),
    });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifestOf(folder), null, 2)}\n`);
  await fillLibrary(folder);
}

function manifestOf(folder: string): Record<string, unknown> {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  const { name, version, description, license, type, bin, imports } = manifest;
  const wanted = importedPackages(folder).filter((name) => name in manifest.dependencies);
  const pins = (names: readonly string[]) => Object.fromEntries(names.map((one) => [one, manifest.dependencies[one]]));
  return {
    ...{ name, version, description, license, type, bin, imports },
    exports: EXPORTS,
    engines: { node: OLDEST_NODE },
    dependencies: pins(wanted.filter((one) => !NATIVE.includes(one))),
    optionalDependencies: pins(wanted.filter((one) => NATIVE.includes(one))),
  };
}

/** Names of the packages that the sources in the folder import, sorted. */
function importedPackages(folder: string): string[] {
  const found = new Set<string>();
  for (const file of globSync('**/*.{ts,mjs}', { cwd: folder })) {
    for (const [, from, bare, lazy] of readFileSync(join(folder, file), 'utf8').matchAll(IMPORT)) {
      const target = from ?? bare ?? (lazy as string);
      if (target.startsWith('node:')) continue;
      found.add(
        target
          .split('/')
          .slice(0, target.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    }
  }
  // Loaded by createRequire, or needed beside a package that is imported.
  found.add('commander');
  return [...found].sort();
}

if (import.meta.main) {
  const folder = join(OUT, 'package');
  await fillPackage(folder);
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', OUT], {
    cwd: folder,
    encoding: 'utf8',
  });
  console.log(
    `packed ${join(OUT, packed.trim())}\ninstall it: npm install --global --ignore-scripts ${join(OUT, packed.trim())}`,
  );
}
