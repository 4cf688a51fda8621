// Formats an epoch as one line, for the command line and the log of the trainer.
import { count, duration } from '../../base/format.ts';
import type { TrainConfig } from '../../kinds/train-config.ts';
import type { EpochMetrics } from '../messages/run.ts';
import { spoken } from '../metrics.ts';
import { endsByBudget } from './epoch-of.ts';
import { secondsLeft } from './seconds-left.ts';

/** Formats the last epoch of `done`, which must not be empty. `inFull`: with all metrics of the validation split. */
export function epochLine(
  done: readonly EpochMetrics[],
  planned: Pick<TrainConfig, 'epochs' | 'budgetMinutes'>,
  { inFull = false } = {},
): string {
  const { epochs } = planned;
  const { epoch, train, validation, selection, seconds, itemsPerSecond, memoryMiB } = done.at(-1) as EpochMetrics;
  const place = endsByBudget(planned) ? String(epoch) : `${String(epoch).padStart(String(epochs).length)}/${epochs}`;
  const others = Object.entries(validation).filter(([name]) => inFull && name !== selection);
  const more = others.map(([name, value]) => spoken(name, value)).join(', ');
  const held = `${spoken(selection, validation[selection] ?? Number.NaN)}${more && ` (${more})`}`;
  const host = `${duration(seconds * 1000)}, ${count(Math.round(itemsPerSecond))} items/s, ${count(Math.round(memoryMiB))} MiB`;
  const rest = secondsLeft(done, planned) ?? 0;
  const left = rest > 0 ? `, ${duration(rest * 1000)} left at most` : '';
  return `epoch ${place}  train ${train.loss?.toFixed(2)}  ${held}  ${host}${left}`;
}
