// Process 1 of the trainer must leave TensorFlow, and with it a GPU's memory, to the engine process.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';

const MAIN = resolve(import.meta.dirname, '../../../containers/trainer/main.ts');
/** Fails the process, naming the library, when a native library of TensorFlow was loaded by the time it ends. */
const REPORT_LOADED = `data:text/javascript,import { readFileSync } from 'node:fs';
process.on('exit', () => {
  const maps = readFileSync('/proc/self/maps', 'utf8');
  console.error(/tfjs_binding|libtensorflow/.exec(maps)?.[0] ?? 'no library of TensorFlow');
});`;

test('a run without a job loads no TensorFlow, names what is missing and ends with the exit code for a wrong job', () => {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['--import', REPORT_LOADED, MAIN], {
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  });
  expect(stderr).toContain('no library of TensorFlow');
  expect(stderr).toContain('GOLDPAN_JOB');
  expect(stderr + stdout).not.toMatch(/onednn|cuda|absl::InitializeLog|cpu_feature_guard/i);
  expect(status).toBe(TRAINER_EXIT.usage);
});

test('the check sees a TensorFlow that is loaded', () => {
  const engine = resolve(import.meta.dirname, '../../../containers/trainer/engine/tensorflow.ts');
  const { stderr } = spawnSync(process.execPath, ['--import', REPORT_LOADED, engine], {
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/tfjs_binding|libtensorflow/);
});
