import { expect, test } from 'vitest';
import { deviceFor, findGpu } from '../../../cli/local/gpu.ts';

const LIBRARIES = { LD_LIBRARY_PATH: '/libraries', XLA_FLAGS: '--flags' };
const gpu = { name: 'Tesla T4', driver: '535.183.01', memory: '15360 MiB' };

test('the first GPU that nvidia-smi lists is found; without one there is none', () => {
  expect(findGpu(() => 'Tesla T4, 535.183.01, 15360 MiB\nTesla T4, 535.183.01, 15360 MiB\n')).toEqual(gpu);
  expect(findGpu(() => '')).toBeUndefined();
});

test.each(['470.256.02', '515.105.01', '525.9.0', '525.59.99'])(
  'driver %s is refused, with the one that is needed',
  (driver) => {
    expect(() => findGpu(() => `Tesla T4, ${driver}, 15360 MiB`)).toThrow(
      `is ${driver}; TensorFlow's CUDA libraries need 525.60`,
    );
  },
);

test.each(['525.60.13', '525.125.06', '580.178.04'])('driver %s is taken', (driver) => {
  expect(findGpu(() => `Tesla T4, ${driver}, 15360 MiB`)).toMatchObject({ driver });
});

test('a GPU with its libraries is used and named, and the trainer must find it', () => {
  expect(deviceFor(gpu, () => LIBRARIES)).toEqual({
    words: 'Trainings run on the GPU: Tesla T4, 15360 MiB, driver 535.183.01.',
    variables: { ...LIBRARIES, GOLDPAN_DEVICE: 'gpu' },
  });
});

test('a GPU without its libraries is not used, which is said with the command that changes it', () => {
  const { words, variables } = deviceFor(gpu, () => undefined);
  expect(words).toContain('npm run setup -- --gpu');
  expect(variables).toEqual({});
});

test('no GPU is said, too', () => {
  expect(deviceFor(undefined).words).toContain('on the processor');
});
