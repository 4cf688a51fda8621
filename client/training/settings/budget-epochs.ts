// A budget without a number of epochs. Photos are learned in two stages that share the budget, and texts get better for more epochs than are the
// default, until those of held-out texts do not: only the budget or patience ends these.
import type { EffectiveConfig } from '#core/kinds/config.ts';
import { DEFAULT_EPOCHS, MOST_EPOCHS, TrainConfig } from '#core/kinds/train-config.ts';
import type { AssembleRequest } from '#core/snapshot/messages.ts';
import { networkOf } from './network-of.ts';

type Run = AssembleRequest['train'];

/**
 * Returns the settings of a run with the epochs that its budget allows, for photos and texts where nobody has set `train.epochs`. Other
 * networks keep their number of epochs: their learning rate falls to its end, and more epochs would overfit.
 */
export function withBudgetEpochs(run: Run, config: EffectiveConfig): Run {
  const train = TrainConfig.parse({ ...config.train, ...run });
  const isSet = run.epochs !== undefined || config.train.epochs !== DEFAULT_EPOCHS;
  if (isSet || train.budgetMinutes === null) return run;
  // Neither count decides whether images are photos.
  const { usesWholeBudget } = networkOf(config, { items: 1, classes: 0 });
  return usesWholeBudget(train) ? { ...run, epochs: MOST_EPOCHS } : run;
}
