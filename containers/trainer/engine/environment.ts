// The process settings that TensorFlow reads once, when its library loads.
import { availableParallelism } from 'node:os';
import { ENV } from '#core/base/names.ts';

/**
 * Sets defaults for variables that are not set: one thread inside an op and one op per core, on which towers scale better than the reverse;
 * GPU memory grows as needed, so that another process can use the rest; and where a GPU is expected, warnings are logged, because one of
 * them names the libraries without which TensorFlow does not use it ("Cannot dlopen some GPU libraries").
 */
export function setTensorflowDefaults(): void {
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= process.env[ENV.device] === 'gpu' ? '1' : '2';
  process.env.TF_NUM_INTRAOP_THREADS ??= '1';
  process.env.TF_NUM_INTEROP_THREADS ??= String(availableParallelism());
}
