// Runs steps of the convolutional VAE from a checkpoint, as a separate process: node resume.ts STEPS FIRST TARGET [CHECKPOINT].
// FIRST: number of batches that were trained on before. Prints the losses as JSON.
import { readFileSync, writeFileSync } from 'node:fs';
import { deviceInUse } from '../../containers/trainer/engine/binding.ts';
import { compile } from '../../containers/trainer/engine/compile.ts';
import { vae } from '../../containers/trainer/models/vae/vae.ts';
import { decodeState, encodeState } from '../../containers/trainer/state/checkpoint.ts';
import { BATCHES, LATENT_DIM, LEARNING_RATE, mnistBatches, SIZE } from '../train/setting.ts';

const [steps, first] = process.argv.slice(2, 4).map(Number) as [number, number];
const [target, checkpoint] = process.argv.slice(4) as [string, string | undefined];
if (deviceInUse() !== process.env.BENCH_DEVICE) throw new Error(`TensorFlow works on the ${deviceInUse()}`);

const batchSize = BATCHES['conv-vae'];
const image = { width: SIZE, height: SIZE, channels: 1, latentDim: LATENT_DIM, classes: 0, batchSize } as const;
const { initialState, programs } = vae(image);
const session = compile({
  state: initialState(1),
  programs: { train: programs.train },
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  seed: 1,
  // A GPU processes a batch as a whole, and random draws are keyed by the tower.
  towers: 1,
  precision: 'float32',
});
if (checkpoint !== undefined) session.load(decodeState(readFileSync(checkpoint)).state);
const nextBatch = mnistBatches(batchSize);
for (let i = 0; i < first; i++) nextBatch();
const losses: number[] = [];
for (let i = 0; i < steps; i++) {
  const { loss } = session.run('train', { x: nextBatch(), beta: 1, learningRate: LEARNING_RATE });
  losses.push(loss?.[0] as number);
}
writeFileSync(target, encodeState({ state: session.save(), best: undefined }));
process.stdout.write(JSON.stringify(losses));
