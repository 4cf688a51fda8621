// The one door to ONNX Runtime. Its library reports each session to its maker unless this variable is set before it loads, hence
// no static import: a bundle would move that one above this line.

process.env.ORT_DISABLE_TELEMETRY = '1';

export const { InferenceSession, Tensor } = await import('onnxruntime-node');
export type InferenceSession = import('onnxruntime-node').InferenceSession;
export type Tensor = import('onnxruntime-node').Tensor;
