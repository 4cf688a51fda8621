// Measures cold starts: a fresh process loads each function as a deployment packages it.
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ENV } from '#core/base/names.ts';
import { type Benchmark, lowerIsBetter, median, type Row } from './benchmark.ts';
import { FUNCTIONS, packageFunction } from './package-function.ts';

const STARTS = 5;
/** processorMs: goal of half a second for a function with a whole vCPU. megabytes: the limit of Lambda. */
const LIMIT = { processorMs: 500, megabytes: 250 };

export const coldStarts: Benchmark = {
  sentence: 'Cold starts: each packaged function loaded by a fresh process, and what it weighs unpacked.',
  async run() {
    const rows: Row[] = [];
    for (const name of functionNames()) {
      const folder = mkdtempSync(join(tmpdir(), `goldpan-${name}-`));
      try {
        const bundle = await packageFunction(name, folder);
        const timesMs: number[] = [];
        for (let start = 0; start < STARTS; start++) timesMs.push(await loadingMs(bundle));
        rows.push(
          within(`${name}: loading, by the processor`, 'ms', median(timesMs), LIMIT.processorMs),
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
  return globSync('*/handler.ts', { cwd: FUNCTIONS })
    .map((file) => file.split('/')[0] as string)
    .sort();
}

/** Returns the CPU time of a process from its start until its handler is loaded; other processes do not affect it. */
async function loadingMs(bundle: string): Promise<number> {
  const script = `
    const { handler } = await import(${JSON.stringify(bundle)});
    if (typeof handler !== 'function') throw new Error('there is no handler');
    const { user, system } = process.cpuUsage();
    process.stdout.write('\\n' + (user + system) / 1e3, () => process.exit());`;
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
