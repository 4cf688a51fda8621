// The one door to ONNX Runtime. Its library reports each session to its maker unless this variable is set before it loads, hence
// no static import: a bundle would move that one above this line. It is required, since importing its CommonJS costs a cold start
// another 20 ms of CPU time.
import { createRequire } from 'node:module';

process.env.ORT_DISABLE_TELEMETRY = '1';

const load = createRequire(import.meta.url) as (name: 'onnxruntime-node') => typeof import('onnxruntime-node');
export const { InferenceSession, Tensor } = load('onnxruntime-node');
export type InferenceSession = import('onnxruntime-node').InferenceSession;
export type Tensor = import('onnxruntime-node').Tensor;
