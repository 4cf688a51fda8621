import { expect, test } from 'vitest';
import { isWorthReading } from '../../../../containers/trainer/run/host/engine-log.ts';

test('what every start prints is left out', () => {
  const needless = [
    'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
    'I0000 00:00:1795945023.905634   14561 port.cc:153] oneDNN custom operations are on. You may see slightly different',
    'I0000 00:00:1795945024.299471   14561 cpu_feature_guard.cc:227] This TensorFlow binary is optimized to use available CPU instructions',
    'To enable the following instructions: AVX2 AVX512F FMA, in other operations, rebuild TensorFlow',
    '',
  ];
  expect(needless.filter(isWorthReading)).toEqual([]);
});

test('why a GPU is not used, and an error of any kind, is shown', () => {
  const worth = [
    'W0000 00:00:1795945024 1 gpu_device.cc:2431] Cannot dlopen some GPU libraries. Please make sure the missing libraries',
    'E0000 00:00:1795945024 1 cuda_executor.cc:1309] INTERNAL: CUDA Runtime error: Failed call to cudaGetRuntimeVersion',
    'failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)',
    'GoldpanError: the weights do not fit',
  ];
  expect(worth.filter(isWorthReading)).toEqual(worth);
});
