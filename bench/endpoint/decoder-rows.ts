// One run of a decoder of 28 x 28 pixels, by the runtime of the endpoint, by the same runtime in Python and by TensorFlow.js on
// WebAssembly: CPU time, one thread. Each runtime has processes of its own, which take turns; its fastest round counts, since other
// programs slow a round down by what they do to the caches of the processor.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { lowerIsBetter, type Row } from '../benchmark.ts';
import { askPython, type PythonPeer } from '../peer/python-environment.ts';

const PEER: PythonPeer = {
  name: 'onnxruntime',
  packages: ['onnxruntime==1.30.0', 'numpy==2.4.6'],
  script: 'onnxruntime_check.py',
};
const [PYTHON, WEB_ASSEMBLY] = ['ONNX Runtime in Python', 'TensorFlow.js on WebAssembly'] as const;
const BATCHES = [1, 64];
const ROUNDS = 5;
/** Goal: milliseconds for one image. */
const SINGLE_MS = 0.3;
const WASM = { batch: 64, runs: 12, goal: 10 } as const;

type DecoderRows = {
  readonly rows: Row[];
  readonly versions: Record<string, string>;
  /** CPU milliseconds of a process of each peer up to its first image. */
  readonly firstSamples: readonly { readonly name: string; readonly ms: number }[];
};

/** `folder` holds the exported decoder, as ONNX and as a GraphModel. */
export async function decoderRows(folder: string, latentDim: number): Promise<DecoderRows> {
  const path = join(folder, 'decoder.onnx');
  const ours = new Map<number, number[]>(BATCHES.map((batch) => [batch, []]));
  const theirs = new Map<number, number[]>(BATCHES.map((batch) => [batch, []]));
  const wasm: WasmAnswer[] = [];
  const firstInPython: number[] = [];
  let version = '';
  for (let round = 0; round < ROUNDS; round++) {
    const own = byOnnx(path, latentDim);
    for (const batch of BATCHES) ours.get(batch)?.push(own[batch] as number);
    const answer = askPython<{ version: string; ms: Record<string, number>; firstMs: number }>(PEER, [
      path,
      String(latentDim),
      ...BATCHES.map(String),
    ]);
    version = answer.version;
    firstInPython.push(answer.firstMs);
    for (const batch of BATCHES) theirs.get(batch)?.push(answer.ms[batch] as number);
    wasm.push(byWebAssembly(folder, latentDim));
  }
  const ofBatch = (batch: number) => ({
    ours: Math.min(...(ours.get(batch) as number[])),
    peer: Math.min(...(theirs.get(batch) as number[])),
  });
  const rows = BATCHES.map((batch) =>
    lowerIsBetter({
      ...{ metric: `decoder, batch ${batch}, CPU time`, unit: 'ms', ...ofBatch(batch) },
      ...{ peerName: PYTHON, goal: 1 },
    }),
  );
  const single = lowerIsBetter({
    ...{ metric: 'decoder, batch 1, CPU time', unit: 'ms', ours: ofBatch(1).ours, peer: SINGLE_MS },
    ...{ peerName: 'the limit', goal: 1 },
  });
  const besideWasm = lowerIsBetter({
    ...{ metric: `decoder, batch ${WASM.batch}, CPU time`, unit: 'ms', ours: ofBatch(WASM.batch).ours },
    ...{ peer: Math.min(...wasm.map(({ ms }) => ms)), peerName: WEB_ASSEMBLY, goal: WASM.goal },
  });
  const versions = { 'onnxruntime (Python)': version, '@tensorflow/tfjs-backend-wasm': wasm[0]?.version ?? '' };
  const firstSamples = [
    { name: PYTHON, ms: Math.min(...firstInPython) },
    { name: WEB_ASSEMBLY, ms: Math.min(...wasm.map(({ firstMs }) => firstMs)) },
  ];
  return { rows: [single, ...rows, besideWasm], versions, firstSamples };
}

type WasmAnswer = { readonly ms: number; readonly firstMs: number; readonly version: string };

/** Runs in a separate process, because TensorFlow.js allows one runtime per process. */
function byWebAssembly(folder: string, latentDim: number): WasmAnswer {
  return answerOf('wasm-decoder.mjs', [join(folder, 'decoder'), latentDim, WASM.batch, WASM.runs]);
}

/** Milliseconds by the size of the batch. */
function byOnnx(path: string, latentDim: number): Record<number, number> {
  return answerOf<{ ms: Record<number, number> }>('onnx-decoder.mjs', [path, latentDim, ...BATCHES]).ms;
}

/** The last line that a script of this folder prints, as JSON. */
function answerOf<Answer>(script: string, args: readonly (string | number)[]): Answer {
  const path = join(import.meta.dirname, script);
  const printed = execFileSync(process.execPath, [path, ...args.map(String)], { encoding: 'utf8' });
  return JSON.parse(printed.trimEnd().split('\n').at(-1) as string);
}
