// A budget without a number of epochs: photos are learned in two stages that share the budget, so only the budget ends them.
import type { EffectiveConfig } from '#core/kinds/config.ts';
import { DEFAULT_EPOCHS, MOST_EPOCHS, TrainConfig } from '#core/kinds/train-config.ts';
import type { AssembleRequest } from '#core/snapshot/messages.ts';
import { networkOf } from './network-of.ts';

type Run = AssembleRequest['train'];

/**
 * Returns the settings of a run with the epochs that its budget allows, where the network is that of photos and nobody has set `train.epochs`.
 * Other networks keep their number of epochs: their learning rate falls to its end, and more epochs would overfit.
 */
export function withBudgetEpochs(run: Run, config: EffectiveConfig): Run {
  const train = TrainConfig.parse({ ...config.train, ...run });
  const isSet = run.epochs !== undefined || config.train.epochs !== DEFAULT_EPOCHS;
  if (isSet || train.budgetMinutes === null) return run;
  // Neither count decides whether images are photos.
  const { network } = networkOf(config, { items: 1, classes: 0 });
  return network(train) === 'photo' ? { ...run, epochs: MOST_EPOCHS } : run;
}
