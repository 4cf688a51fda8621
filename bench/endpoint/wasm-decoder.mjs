// CPU milliseconds of one run of a GraphModel by TensorFlow.js on WebAssembly, and of its process up to the first image:
// node wasm-decoder.mjs <folder of model.json> <latentDim> <batch> <runs>
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs-core');
const { loadGraphModel } = require('@tensorflow/tfjs-converter');
const wasm = require('@tensorflow/tfjs-backend-wasm');

const [folder, latentDim, batch, runs] = process.argv.slice(2);
wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'))}/`);
wasm.setThreadsCount(1);
await tf.setBackend('wasm');
await tf.ready();
const { modelTopology, weightsManifest, signature } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
const shards = weightsManifest[0].paths.map((path) => readFileSync(join(folder, path)));
const weightData = new Uint8Array(Buffer.concat(shards)).buffer;
const model = await loadGraphModel(
  tf.io.fromMemory({ modelTopology, signature, weightSpecs: weightsManifest[0].weights, weightData }),
);
const [single, z] = [1, Number(batch)].map((items) => tf.randomNormal([items, Number(latentDim)]));
async function run(z) {
  const pixels = model.predict({ z });
  await pixels.data();
  pixels.dispose();
}
await run(single);
const first = process.cpuUsage();
for (let i = 0; i < 5; i++) await run(z);
const started = process.cpuUsage();
for (let i = 0; i < Number(runs); i++) await run(z);
const { user, system } = process.cpuUsage(started);
const firstMs = (first.user + first.system) / 1e3;
console.log(JSON.stringify({ ms: (user + system) / 1e3 / Number(runs), firstMs, version: tf.version_core }));
