// The client library of the package of npm: JavaScript for any loader or bundler, and declarations for TypeScript.
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');
const ENTRY = 'client/goldpan.ts';
/** In a package: one folder below its root, as `client` is, since modules name files beside theirs. */
const SCRIPTS = 'library';
const TYPES = 'types';
const SPECIFIER = /(from '|import\(["']|import ')([#.][^'"]+)\.ts(?=['"])/g;

/** `exports` of the package. */
export const EXPORTS = {
  '.': { types: `./${TYPES}/client/goldpan.d.ts`, default: `./${SCRIPTS}/goldpan.js` },
  './package.json': './package.json',
};

/** Writes both into the folder of the package. */
export async function fillLibrary(folder: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [ENTRY],
    outdir: join(folder, SCRIPTS),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    packages: 'external',
    // Readable, with its comments: it is read in stack traces.
    charset: 'utf8',
    logLevel: 'warning',
  });
  writeTypes(folder);
}

/** Copies the declarations that the entry reaches, with paths in place of this project's own names. */
function writeTypes(folder: string): void {
  const made = mkdtempSync(join(tmpdir(), 'goldpan-types-'));
  try {
    const project = join(made, 'tsconfig.json');
    const compilerOptions = {
      ...{ noEmit: false, declaration: true, emitDeclarationOnly: true, incremental: false, tsBuildInfoFile: null },
      ...{ rootDir: ROOT, outDir: made, typeRoots: [join(ROOT, 'node_modules/@types')] },
    };
    const files = [ENTRY, ...globSync('{client,core}/**/*.d.ts', { cwd: ROOT })].map((file) => join(ROOT, file));
    writeFileSync(
      project,
      JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions, files, include: [] }),
    );
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript7/bin/tsc'), '-p', project], {
      stdio: 'inherit',
    });
    const open = [ENTRY];
    for (const file of open) {
      const text = readFileSync(join(made, declarationOf(file)), 'utf8').replace(SPECIFIER, (_whole, before, path) => {
        const target = path.startsWith('#')
          ? `${path.slice(1)}.ts`
          : relative(ROOT, resolve(ROOT, dirname(file), `${path}.ts`));
        if (!open.includes(target)) open.push(target);
        const from = relative(dirname(file), target).replace(/\.ts$/, '.js');
        return `${before}${from.startsWith('.') ? from : `./${from}`}`;
      });
      const to = join(folder, TYPES, declarationOf(file));
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, text);
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function declarationOf(file: string): string {
  return file.replace(/\.ts$/, '.d.ts');
}
