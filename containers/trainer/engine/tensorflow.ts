// The one door to TensorFlow. Threads must be laid out before the library loads, hence `require` and not `import`.
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
// One thread inside an op and one op per core: towers then scale better than threads inside each op.
process.env.TF_NUM_INTRAOP_THREADS ??= '1';
process.env.TF_NUM_INTEROP_THREADS ??= String(availableParallelism());

export const tf: typeof import('@tensorflow/tfjs-node') = createRequire(import.meta.url)('@tensorflow/tfjs-node');
