// Settings of a training as they are typed.

import { TrainOverrides } from '#core/kinds/train-config.ts';
import type { AssembleRequest } from '#core/snapshot/messages.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { settingFailure } from './setting-failure.ts';

const MINUTES: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60 };

export type FitSettingValue = string | number | boolean;
export type FitSettings = {
  readonly model?: string | undefined;
  /** `key=value` of `train` in dataset.yaml, for this run only. */
  readonly set: readonly string[];
  /** `90s`, `10m`, `1.5h`; a bare number is minutes. */
  readonly budget?: string | undefined;
  /** The id of a model. */
  readonly from?: string | undefined;
};

/** Returns the settings. Throws ClientFailure for a setting that does not exist or a value that is not allowed. */
export function trainOverrides({ model, set, budget, from }: FitSettings): AssembleRequest['train'] {
  const given: Record<string, FitSettingValue> = Object.fromEntries(set.map((pair) => pairOf(pair)));
  if (model !== undefined) given.model = model;
  if (budget !== undefined) given.budgetMinutes = minutesOf(budget);
  if (from !== undefined) given.from = from;
  const checked = TrainOverrides.safeParse(given);
  if (checked.success) return checked.data;
  throw settingFailure(given, checked.error);
}

export function minutesOf(budget: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smh]?)$/.exec(budget.trim());
  const minutes = match ? Number(match[1]) * (MINUTES[match[2] || 'm'] as number) : 0;
  if (minutes > 0) return minutes;
  throw new ClientFailure(`--budget takes a time such as 90s, 10m or 1.5h, not ${budget}.`, { exitCode: EXIT.usage });
}

/** `latentDim=16` */
export function pairOf(pair: string, option = '--set', example = 'epochs=10'): [name: string, value: FitSettingValue] {
  const at = pair.indexOf('=');
  if (at < 1) {
    throw new ClientFailure(`${option} takes key=value, not ${pair}.`, {
      next: `For example ${option} ${example}.`,
      exitCode: EXIT.usage,
    });
  }
  return [pair.slice(0, at).replace(/^train\./, ''), settingOf(pair.slice(at + 1))];
}

export function settingOf(text: string): FitSettingValue {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
