// The package of a function: its bundled code, and what is copied beside it. Made by Node alone, so that every system makes the same.
import { createHash, type Hash } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { APART, NATIVE, ONE_FILE, OPENED_BESIDE, REQUIRE_IN_ESM, REQUIRED } from './packaging.ts';
import { readText } from './read-text.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export type PackagedCode = {
  /** Native libraries that are packaged with the code. @default none */
  readonly native?: readonly (keyof typeof NATIVE)[];
  /**
   * Files of functions/<name>/ that run as separate processes: `x.ts` becomes `x.mjs` beside the code. @default none
   */
  readonly children?: readonly string[];
  /** Modules that are bundled into files of their own. @default none */
  readonly apart?: readonly (keyof typeof APART)[];
  /** Files of pretrained networks in infra/native/features that are packaged with the code. @default none */
  readonly pretrained?: readonly string[];
};

/**
 * The code in functions/<name>/handler.ts. The construct of CDK for functions in TypeScript is not used: its asset is named by a
 * hash of the paths of the checkout, so that each machine would deploy all functions anew.
 */
export function functionCode(name: string, packaged: PackagedCode): AssetCode {
  return Code.fromAsset(ROOT, {
    assetHashType: AssetHashType.CUSTOM,
    assetHash: sourceHash(name, packaged),
    bundling: {
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(output) {
          packageFunction(name, packaged, output);
          return true;
        },
      },
    },
  });
}

/** Writes the package into the folder `output`. */
export function packageFunction(name: string, packaged: PackagedCode, output: string): void {
  const { native = [], children = [], apart = [], pretrained = [] } = packaged;
  const external = native.flatMap((library): readonly string[] => NATIVE[library]);
  const folder = resolve(ROOT, 'functions', name);
  bundle(join(folder, 'handler.ts'), output, 'index', external, apart);
  for (const file of children) bundle(join(folder, file), output, basename(file, '.ts'), external, apart);
  for (const module of apart) {
    bundle(pathOf(module), output, basename(APART[module], '.mjs'), external);
    const opened = OPENED_BESIDE[module];
    if (opened !== undefined) copy(pathOf(opened), join(output, basename(opened)));
  }
  for (const library of native) copyNative(library, join(output, 'node_modules'));
  for (const file of pretrained) copy(resolve(ROOT, 'infra/native/features', file), join(output, file));
}

/**
 * Writes `name`.mjs, and a file beside it for each part that code loads when it is needed: a cold start parses only what it runs.
 * `apart`: what lies in files of its own.
 */
function bundle(
  entry: string,
  outdir: string,
  name: string,
  external: readonly string[],
  apart: readonly (keyof typeof APART)[] = [],
): void {
  if (!existsSync(entry)) throw new Error(`${entry} does not exist.`);
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [{ in: entry, out: name }],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    // Names of parts are hashes that also depend on paths: those within the checkout, also where node_modules is a link.
    preserveSymlinks: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    minify: true,
    mainFields: ['module', 'main'],
    external: [...external, ...apart.map((module) => APART[module])],
    alias: { ...REQUIRED, ...Object.fromEntries(apart.map((module) => [module, APART[module]])) },
    // WebAssembly modules use them to find their files.
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
    banner: { js: REQUIRE_IN_ESM },
    logLevel: 'error',
  });
}

function copyNative(library: keyof typeof NATIVE, output: string): void {
  copy(nativeFolder(library), output);
  const file = ONE_FILE[library];
  if (file === undefined) return;
  buildSync({
    entryPoints: [join(nativeFolder(library), file)],
    outfile: join(output, file),
    external: ['*.node'],
    allowOverwrite: true,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    logLevel: 'error',
  });
}

function pathOf(module: string): string {
  return fileURLToPath(import.meta.resolve(module));
}

function nativeFolder(library: string): string {
  return resolve(ROOT, '.goldpan/native', library, 'node_modules');
}

function copy(from: string, to: string): void {
  if (!existsSync(from)) throw new Error(`${from} does not exist. Run: npm run setup -- --deploy`);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
}

/** Hashes all inputs of a package, so that an unchanged function is neither bundled nor uploaded again, wherever the checkout is. */
function sourceHash(name: string, packaged: PackagedCode): string {
  const hash = createHash('sha256').update(JSON.stringify(packaged)).update(commonHash());
  hashFiles(hash, sourcesIn([`functions/${name}/**/*.ts`]));
  for (const library of packaged.native ?? []) {
    for (const file of globSync('**/*', { cwd: nativeFolder(library) })
      .map(portable)
      .sort()) {
      const found = statSync(resolve(nativeFolder(library), file));
      hash.update(`${library}/${file} ${found.isFile() ? found.size : 'folder'}\0`);
    }
  }
  return hash.digest('hex');
}

/** Hashes the inputs that all functions share, once in a process: they are most of the files. */
function commonHash(): string {
  if (common !== undefined) return common;
  const hash = createHash('sha256');
  hashFiles(hash, [
    ...sourcesIn(['functions/*.ts', 'stages/**/*.ts', 'core/**/*.ts']),
    ...['package-lock.json', 'infra/packaging/function-code.ts', 'infra/packaging/packaging.ts'],
    ...Object.values(REQUIRED).map((file) => portable(relative(ROOT, file))),
  ]);
  common = hash.digest('hex');
  return common;
}

let common: string | undefined;

function hashFiles(hash: Hash, files: readonly string[]): void {
  for (const file of files) hash.update(`${file}\0`).update(readText(resolve(ROOT, file)));
}

/** Names with `/` in one order, so that the hash is the same on every system. */
function sourcesIn(patterns: readonly string[]): string[] {
  return patterns
    .flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
    .map(portable)
    .sort();
}

function portable(path: string): string {
  return path.replaceAll(sep, '/');
}
