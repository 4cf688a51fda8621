// One run of a decoder of 28 x 28 pixels, by the runtime of the endpoint, by the same runtime in Python and by TensorFlow.js on
// WebAssembly: CPU time, one thread.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normals } from '#core/base/random.ts';
import { InferenceSession, Tensor } from '#core/model/onnx-runtime.ts';
import { lowerIsBetter, median, type Row } from '../benchmark.ts';
import { askPython, type PythonPeer } from '../peer/python-environment.ts';

const PEER: PythonPeer = {
  name: 'onnxruntime',
  packages: ['onnxruntime==1.30.0', 'numpy==2.4.6'],
  script: 'onnxruntime_check.py',
};
const BATCHES = [1, 64];
const ROUNDS = 3;
const RUNS: Readonly<Record<number, number>> = { 1: 400, 64: 60 };
/** Goal: milliseconds for one image. */
const SINGLE_MS = 0.3;
const WASM = { batch: 64, runs: 12, goal: 10 } as const;

/** `folder` holds the exported decoder, as ONNX and as a GraphModel. */
export async function decoderRows(
  folder: string,
  latentDim: number,
): Promise<{ rows: Row[]; versions: Record<string, string> }> {
  const path = join(folder, 'decoder.onnx');
  const session = await InferenceSession.create(readFileSync(path), { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const ours = new Map<number, number[]>(BATCHES.map((batch) => [batch, []]));
  const theirs = new Map<number, number[]>(BATCHES.map((batch) => [batch, []]));
  const wasm: WasmAnswer[] = [];
  let version = '';
  for (let round = 0; round < ROUNDS; round++) {
    for (const batch of BATCHES) ours.get(batch)?.push(await cpuMs(session, batch, latentDim));
    const answer = askPython<{ version: string; ms: Record<string, number> }>(PEER, [
      path,
      String(latentDim),
      ...BATCHES.map(String),
    ]);
    version = answer.version;
    for (const batch of BATCHES) theirs.get(batch)?.push(answer.ms[batch] as number);
    wasm.push(byWebAssembly(folder, latentDim));
  }
  const ofBatch = (batch: number) => ({
    ours: median(ours.get(batch) as number[]),
    peer: median(theirs.get(batch) as number[]),
  });
  const rows = BATCHES.map((batch) =>
    lowerIsBetter({
      ...{ metric: `decoder, batch ${batch}, CPU time`, unit: 'ms', ...ofBatch(batch) },
      ...{ peerName: 'ONNX Runtime in Python', goal: 1 },
    }),
  );
  const single = lowerIsBetter({
    ...{ metric: 'decoder, batch 1, CPU time', unit: 'ms', ours: ofBatch(1).ours, peer: SINGLE_MS },
    ...{ peerName: 'the limit', goal: 1 },
  });
  const besideWasm = lowerIsBetter({
    ...{ metric: `decoder, batch ${WASM.batch}, CPU time`, unit: 'ms', ours: ofBatch(WASM.batch).ours },
    ...{ peer: median(wasm.map(({ ms }) => ms)), peerName: 'TensorFlow.js on WebAssembly', goal: WASM.goal },
  });
  const versions = { 'onnxruntime (Python)': version, '@tensorflow/tfjs-backend-wasm': wasm[0]?.version ?? '' };
  return { rows: [single, ...rows, besideWasm], versions };
}

type WasmAnswer = { readonly ms: number; readonly version: string };

/** Runs in a separate process, because TensorFlow.js allows one runtime per process. */
function byWebAssembly(folder: string, latentDim: number): WasmAnswer {
  const script = join(import.meta.dirname, 'wasm-decoder.mjs');
  const args = [script, join(folder, 'decoder'), latentDim, WASM.batch, WASM.runs].map(String);
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }).trimEnd().split('\n').at(-1) as string);
}

async function cpuMs(session: InferenceSession, batch: number, latentDim: number): Promise<number> {
  const z = new Tensor('float32', Float32Array.from(normals(1, 'bench', batch * latentDim)), [batch, latentDim]);
  for (let i = 0; i < 10; i++) await session.run({ z }, ['pixels']);
  const started = process.cpuUsage();
  const runs = RUNS[batch] as number;
  for (let i = 0; i < runs; i++) await session.run({ z }, ['pixels']);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e3 / runs;
}
