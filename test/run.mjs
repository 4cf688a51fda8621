// Runs the tests: `run.mjs` all of them, the local-cloud ones on an emulator of its own; `run.mjs local` only those, on AWS_ENDPOINT_URL.
// Ends with one line, `N passed, N failed`, summed over every project; exits non-zero on any failure.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { clientEnvironment, startEmulator } from '../infra/emulator/emulator.ts';

const root = resolve(import.meta.dirname, '..');
const reports = join(root, '.goldpan', 'test');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const inProcess = ['unit', 'infra', 'rules'];

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const results = process.argv[2] === 'local' ? [await localTests(process.env)] : await allTests();
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function allTests() {
  const first = await runProjects('in-process', inProcess, ['--coverage'], process.env);
  const emulator = await startEmulator();
  console.log(`\nlocal-cloud tests on an emulator at ${emulator.endpoint} (log: ${emulator.logFile})`);
  const stop = () => emulator.stop().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return [first, await localTests({ ...process.env, ...clientEnvironment(emulator.endpoint) })];
  } finally {
    await emulator.stop();
  }
}

function localTests(env) {
  if (!env.AWS_ENDPOINT_URL) {
    console.error('the local-cloud tests need an emulator: set AWS_ENDPOINT_URL, for example to http://127.0.0.1:4566');
    return { passed: 0, failed: 1 };
  }
  return runProjects('local-cloud', ['local'], [], env);
}

/** A suite that does not load, or an error outside any test, counts as one failure: nothing that went wrong sums to zero. */
async function runProjects(name, projects, args, env) {
  const report = join(reports, `${name}.json`);
  const only = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const exitCode = await new Promise((settle) => {
    const child = spawn(process.execPath, [vitest, 'run', ...only, ...args, ...reporters], {
      cwd: root,
      env,
      stdio: 'inherit',
    });
    child.once('close', (code) => settle(code ?? 1));
  });
  const { passed, failed } = count(report);
  return { passed, failed: failed > 0 || exitCode === 0 ? failed : 1 };
}

function count(report) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const notLoaded = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
    return { passed: numPassedTests, failed: numFailedTests + notLoaded };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
