// Cold starts: each function as a deployment packages it, loaded by a fresh process; what waits before any work is done.
import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { ENV } from '#core/names.ts';
import { type Benchmark, lowerIsBetter, median, type Row } from './benchmark.ts';

const ROOT = resolve(import.meta.dirname, '..');
const NATIVE: Readonly<Record<string, string>> = {
  sharp: 'sharp',
  'onnxruntime-node': 'onnxruntime',
  '@duckdb/node-api': 'duckdb',
};
const REQUIRE_IN_ESM = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";
const STARTS = 5;
/** Megabytes: what Lambda unpacks at most. */
const LIMIT = { ms: 1500, megabytes: 250 };

export const coldStarts: Benchmark = {
  sentence: 'Cold starts: each packaged function loaded by a fresh process, and what it weighs unpacked.',
  async run() {
    const rows: Row[] = [];
    for (const name of functionNames()) {
      const folder = mkdtempSync(join(tmpdir(), `goldpan-${name}-`));
      try {
        const bundle = await packageFunction(name, folder);
        const timesMs: number[] = [];
        for (let start = 0; start < STARTS; start++) timesMs.push(await loadMs(bundle));
        rows.push(
          within(`${name}: loaded after`, 'ms', median(timesMs), LIMIT.ms),
          within(`${name}: package, unpacked`, 'MB', bytesIn(folder) / 1e6, LIMIT.megabytes),
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    return { versions: {}, rows };
  },
};

function functionNames(): string[] {
  return globSync('*/handler.ts', { cwd: join(ROOT, 'functions') })
    .map((file) => file.split('/')[0] as string)
    .sort();
}

/** The bundle of its handler; beside it those of its processes and the native libraries that they name. */
async function packageFunction(name: string, folder: string): Promise<string> {
  const source = join(ROOT, 'functions', name);
  const entries = ['handler.ts', ...readdirSync(source).filter((file) => file.endsWith('-process.ts'))];
  const { metafile } = await build({
    entryPoints: entries.map((file) => ({
      in: join(source, file),
      out: file === 'handler.ts' ? 'index' : basename(file, '.ts'),
    })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    external: Object.keys(NATIVE),
    banner: { js: REQUIRE_IN_ESM },
    logLevel: 'error',
    metafile: true,
  });
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  for (const library of new Set(imported.flatMap((path) => NATIVE[path] ?? [])))
    cpSync(join(ROOT, '.goldpan/native', library, 'node_modules'), join(folder, 'node_modules'), { recursive: true });
  return join(folder, 'index.mjs');
}

/** From the start of a process until its handler is there. */
async function loadMs(bundle: string): Promise<number> {
  const script = `
    const { handler } = await import(${JSON.stringify(bundle)});
    if (typeof handler !== 'function') throw new Error('there is no handler');
    process.stdout.write('\\n' + performance.now(), () => process.exit());`;
  const variables = Object.values(ENV).map((variable) => [variable, 'http://127.0.0.1/bench']);
  const env = {
    ...(Object.fromEntries(variables) as Record<string, string>),
    PATH: process.env.PATH,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
  return Number(stdout.slice(stdout.lastIndexOf('\n')));
}

function bytesIn(folder: string): number {
  const sizes = globSync('**/*', { cwd: folder }).map((file) => statSync(join(folder, file)));
  return sizes.reduce((sum, one) => sum + (one.isFile() ? one.size : 0), 0);
}

function within(metric: string, unit: string, ours: number, limit: number): Row {
  return lowerIsBetter({ metric, unit, ours, peer: limit, peerName: 'limit', goal: 1 });
}
