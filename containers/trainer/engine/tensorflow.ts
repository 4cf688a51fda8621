// The only import of TensorFlow. The number of threads must be set before the library loads, so it uses `require` and not `import`.
import { createRequire } from 'node:module';
import { setTensorflowDefaults } from './environment.ts';

setTensorflowDefaults();

export const tf: typeof import('@tensorflow/tfjs-node') = createRequire(import.meta.url)('@tensorflow/tfjs-node');
