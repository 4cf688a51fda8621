// CPU milliseconds of one run of a decoder by the endpoint's ONNX Runtime, one thread, in a process of its own as its peers have:
// node onnx-decoder.mjs <decoder.onnx> <latentDim> <batch>...
import { InferenceSession, Tensor } from '../../core/model/onnx-runtime.ts';

const WARM_UP = 10;
const [path, latentDim, ...batches] = process.argv.slice(2);
const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });

async function milliseconds(batch) {
  const values = Float32Array.from({ length: batch * Number(latentDim) }, (_, i) => Math.sin(i));
  const z = new Tensor('float32', values, [batch, Number(latentDim)]);
  const runs = batch === 1 ? 400 : 60;
  for (let i = 0; i < WARM_UP; i++) await session.run({ z }, ['pixels']);
  const started = process.cpuUsage();
  for (let i = 0; i < runs; i++) await session.run({ z }, ['pixels']);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e3 / runs;
}

const ms = {};
for (const batch of batches) ms[batch] = await milliseconds(Number(batch));
console.log(JSON.stringify({ ms }));
