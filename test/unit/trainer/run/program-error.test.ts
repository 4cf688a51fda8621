// An error of the program ends the run with its words: neither the engine nor another host meets it once more.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GoldpanError } from '#core/base/errors.ts';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { RunOutcome } from '#core/model/messages/run.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { engineFailure } from '../../../../containers/trainer/learn/engine-failure.ts';
import { systemClock } from '../../../../containers/trainer/run/clock.ts';
import { train } from '../../../../containers/trainer/run/train.ts';
import { stopSwitch } from '../../../../containers/trainer/state/stop.ts';
import { environment, playing } from '../playing-engine.ts';
import { jobFor, sealSquares } from '../squares.ts';

const job = jobFor({ epochs: 2 });
const wrong = () => Promise.reject(new TypeError('undefined is not iterable'));

async function run(data: Store) {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { launch, tasks } = playing();
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const deps = { data, clock: systemClock, owner: 'me', launch, stop: stopSwitch(), folder, say, environment };
  return { code: await train({ ...deps, compute: 'batch' }, job), said, tasks };
}

test('under the lease it is the outcome of the run, with its place in the code', async () => {
  const data = memoryStore();
  await sealSquares(data, job);
  const list = data.get;
  const broken: Store = {
    ...data,
    get: (key, ...rest) => (key.startsWith('snapshots/') ? wrong() : list(key, ...rest)),
  };
  const { code, said, tasks } = await run(broken);
  expect({ code, launches: tasks.length }).toEqual({ code: TRAINER_EXIT.done, launches: 0 });
  const outcome = (await readJson(data, keys.runOutcome(job.dataset, job.runId), RunOutcome))?.value;
  expect(outcome).toMatchObject({ status: 'failed', reason: { name: 'ProgramError' } });
  expect(outcome?.reason?.message).toMatch(/^TypeError: undefined is not iterable \(at .*program-error\.test\.ts/);
  expect(said.join('\n')).toMatch(/TypeError: undefined is not iterable\n\s+at /);
});

test('before there is a lease it is an exit code that nobody tries again', async () => {
  const { code, said } = await run({ ...memoryStore(), get: wrong });
  expect(code).toBe(TRAINER_EXIT.broken);
  expect(said.join('\n')).toMatch(/TypeError: undefined is not iterable\n\s+at /);
});

test.each([
  ['a wrong shape, which TensorFlow refuses', new Error('Error in concat1D: rank of x1 must be 1'), 'ProgramError'],
  ['a wrong name in the code', new ReferenceError('x is not defined'), 'ProgramError'],
  ['too little memory of a GPU', new Error('OOM when allocating tensor with shape[8,8] on GPU:0'), 'OutOfMemoryError'],
  ['too little memory of the host', new RangeError('Array buffer allocation failed'), 'OutOfMemoryError'],
  ['a loss that is no number', new GoldpanError('DivergenceError', 'the loss became NaN'), 'DivergenceError'],
  ['a GPU that does not answer', new Error('Session fail: INTERNAL: CUDA_ERROR_LAUNCH_FAILED'), undefined],
  ['a convolution that cuDNN cannot start', new Error('Could not create cudnn handle: NOT_INITIALIZED'), undefined],
  ['a full disk', Object.assign(new Error('ENOSPC: no space left'), { syscall: 'write' }), undefined],
])('in the engine, %s: %s ends the run as %s', (_, error, name) => {
  expect(engineFailure(error)?.name).toBe(name);
});
