// Runs the gate: `main.ts` lints and runs every test, those of test/local on an emulator of its own; `main.ts lint` only lints;
// `main.ts local` runs only test/local, on AWS_ENDPOINT_URL. Ends with one line, `N passed, N failed`; a lint step counts as one.
import { mkdirSync, rmSync } from 'node:fs';
import { clientEnvironment, startEmulator } from '../../infra/emulator/emulator.ts';
import { lint } from './lint.ts';
import { REPORTS, runProjects } from './projects.ts';
import { failure, type Summary, sum } from './summary.ts';
import { printSummary } from './summary-lines.ts';

const IN_PROCESS = ['unit', 'infra', 'rules'];

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
const summary = sum(await run(process.argv[2]));
printSummary(summary, (line) => console.log(line));
process.exitCode = summary.failed === 0 && summary.passed > 0 ? 0 : 1;

async function run(part: string | undefined): Promise<Summary[]> {
  if (part === 'lint') return [await lint()];
  if (part === 'local') return [await localTests(process.env)];
  return everything();
}

/**
 * Runs everything at once: the local-cloud tests wait for the emulator most of the time, and a lint step uses one core. What
 * they print appears when the other tests are done.
 */
async function everything(): Promise<Summary[]> {
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  const emulator = await startEmulator();
  print(`local-cloud tests on an emulator at ${emulator.endpoint} (log: ${emulator.logFile})`);
  const stop = () => emulator.stop().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await Promise.all([
      runProjects('in-process', IN_PROCESS, [], process.env),
      localTests({ ...process.env, ...clientEnvironment(emulator.endpoint) }, print),
      lint(print),
    ]);
  } finally {
    await emulator.stop();
    console.log(`\n${lines.join('\n')}`);
  }
}

async function localTests(env: NodeJS.ProcessEnv, print?: (line: string) => void): Promise<Summary> {
  if (env.AWS_ENDPOINT_URL) return runProjects('local-cloud', ['local'], [], env, print);
  console.error('the local-cloud tests need an emulator: set AWS_ENDPOINT_URL, for example to http://127.0.0.1:4566');
  return failure('test/local was not run');
}
