import { afterEach, beforeEach, expect, test } from 'vitest';
import { ENV } from '#core/base/names.ts';
import { setTensorflowDefaults } from '../../../../containers/trainer/engine/environment.ts';

const NAMES = [
  'TF_FORCE_GPU_ALLOW_GROWTH',
  'TF_CPP_MIN_LOG_LEVEL',
  'TF_NUM_INTRAOP_THREADS',
  'TF_NUM_INTEROP_THREADS',
  ENV.device,
];
let before: [string, string | undefined][] = [];
beforeEach(() => {
  before = NAMES.map((name) => [name, process.env[name]]);
  for (const name of NAMES) delete process.env[name];
});
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

test.each([
  [undefined, '2'],
  ['cpu', '2'],
  ['gpu', '1'],
])(
  'with %s as the expected device, the least level of log lines is %s: warnings say why a GPU is not used',
  (device, level) => {
    if (device !== undefined) process.env[ENV.device] = device;
    setTensorflowDefaults();
    expect(process.env.TF_CPP_MIN_LOG_LEVEL).toBe(level);
  },
);

test('GPU memory grows as needed, unless the user says otherwise', () => {
  setTensorflowDefaults();
  expect(process.env.TF_FORCE_GPU_ALLOW_GROWTH).toBe('true');
  process.env.TF_FORCE_GPU_ALLOW_GROWTH = 'false';
  setTensorflowDefaults();
  expect(process.env.TF_FORCE_GPU_ALLOW_GROWTH).toBe('false');
});
