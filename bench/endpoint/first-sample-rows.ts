// From the start of a process to its first image, with the model in a file: the drawing code of the endpoint beside the same runtime in Python
// and TensorFlow.js on WebAssembly. The packaged function, which reads its model from S3, has rows of its own.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { lowerIsBetter, type Row } from '../benchmark.ts';

const STARTS = 9;
/** Milliseconds of CPU time. */
const LIMIT_MS = 150;

type Peer = { readonly name: string; readonly ms: number };

/** `model`: the folder of card.json and decoder.onnx. `packaged`: the folder of the packaged function, for its native libraries. */
export async function firstSampleRows(model: string, packaged: string, peers: readonly Peer[]): Promise<Row[]> {
  const script = join(packaged, 'first-sample.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'first-sample.ts')],
    outfile: script,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    external: ['onnxruntime-node'],
    logLevel: 'error',
  });
  const spentMs = Array.from({ length: STARTS }, () => {
    const printed = execFileSync(process.execPath, [script, model], { encoding: 'utf8' });
    return (JSON.parse(printed) as { ms: number }).ms;
  });
  // The quietest start, as for the peers: what neighbours do to the caches of the processor is no property of the code.
  const ours = Math.min(...spentMs);
  const row = (peer: number, peerName: string) =>
    lowerIsBetter({
      ...{ metric: 'start of a process to its first image, model in a file, CPU time', unit: 'ms' },
      ...{ ours, peer, peerName, goal: 1 },
    });
  return [row(LIMIT_MS, 'the limit'), ...peers.map(({ name, ms }) => row(ms, name))];
}
