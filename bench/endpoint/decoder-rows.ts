// One run of a decoder of 28 x 28 pixels, by the runtime of the endpoint and by the same runtime in Python: CPU time, one thread.
import { writeFileSync } from 'node:fs';
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
/** Milliseconds of one image: the goal that the endpoint was built to. */
const SINGLE_MS = 0.3;

export async function decoderRows(
  folder: string,
  decoder: Uint8Array,
  latentDim: number,
): Promise<{ rows: Row[]; version: string }> {
  const path = join(folder, 'decoder.onnx');
  writeFileSync(path, decoder);
  const session = await InferenceSession.create(decoder, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const ours = new Map<number, number[]>(BATCHES.map((batch) => [batch, []]));
  const theirs = new Map<number, number[]>(BATCHES.map((batch) => [batch, []]));
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
  return { rows: [single, ...rows], version };
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
