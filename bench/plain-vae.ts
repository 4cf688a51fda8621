// The plain convolutional VAE on MNIST: 60,000 digits to train on, the 10,000 others to score.

import { TrainConfig } from '#core/kinds/train-config.ts';
import { resolveTrain } from '#core/model/resolve-train.ts';
import { fitDigits, say } from './fit-digits.ts';
import { DIGIT, readDigits } from './mnist.ts';

export const DIGITS_TRAINED = 60_000;
/** Against the normal prior, as the tutorials and the peers that it is compared with have it. */
const SETTING = {
  preset: 'plain',
  prior: 'mixture',
  latentDim: 32,
  epochs: 10,
  batchSize: 128,
  learningRate: 1e-3,
  patience: 1_000,
};

export type Plain = {
  /** After the last epoch and not the best: nothing is chosen by the digits that are scored. */
  readonly nats: number;
  readonly processorMinutes: number;
};

export async function fitPlain(changes: Partial<TrainConfig>): Promise<Plain> {
  const train = resolvePlain(changes);
  const data = { train: readDigits('train'), validation: readDigits('t10k') };
  const { learner, progress, processorMinutes } = await fitDigits({ train, data });
  learner.dispose();
  say(`seed ${train.seed}, ${train.precision}: ${processorMinutes.toFixed(1)} processor-minutes in all`);
  return { nats: progress.epochs.at(-1)?.validation.negativeElbo ?? Number.NaN, processorMinutes };
}

export function resolvePlain(changes: Partial<TrainConfig>) {
  return resolveTrain(TrainConfig.parse({ ...SETTING, ...changes }), {
    items: DIGITS_TRAINED,
    classes: 0,
    image: DIGIT,
  });
}
