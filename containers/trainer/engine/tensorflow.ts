// The one door to TensorFlow. Threads must be laid out before the library loads, hence `require` and not `import`.
import { createRequire } from 'node:module';
import { setTensorflowDefaults } from './environment.ts';

setTensorflowDefaults();

export const tf: typeof import('@tensorflow/tfjs-node') = createRequire(import.meta.url)('@tensorflow/tfjs-node');
