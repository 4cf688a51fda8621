import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { failure, type Summary } from './summary.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
export const REPORTS = join(ROOT, '.goldpan', 'test');

/**
 * Runs projects of vitest.config.ts in one vitest and returns what its reporter wrote. `print`: gets what vitest prints, once it
 * has ended; without it vitest prints by itself. A vitest that fails without a failed
 * test, or that writes no report, counts as one failure: an error never adds up to zero.
 */
export async function runProjects(
  name: string,
  projects: readonly string[],
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  print?: (line: string) => void,
): Promise<Summary> {
  const report = join(REPORTS, `${name}.json`);
  const chosen = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', `--reporter=${join(import.meta.dirname, 'reporter.ts')}`];
  const code = await new Promise<number>((settle) => {
    const child = spawn(process.execPath, [VITEST, 'run', ...chosen, ...args, ...reporters], {
      cwd: ROOT,
      env: { ...env, GOLDPAN_TEST_REPORT: report },
      stdio: print ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => {
        output += bytes;
      });
    child.once('close', (exitCode) => {
      print?.(output);
      settle(exitCode ?? 1);
    });
  });
  const summary = read(report);
  if (!summary) return failure(`${name}: vitest wrote no report`);
  if (code === 0 || summary.failed > 0) return summary;
  return { ...summary, failed: 1, failures: [`${name}: vitest exited with ${code}`] };
}

function read(report: string): Summary | undefined {
  try {
    return JSON.parse(readFileSync(report, 'utf8')) as Summary;
  } catch {
    return undefined;
  }
}
