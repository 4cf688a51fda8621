// A rule: the actions that are possible when an issue is found, and the thresholds that decide when it is found.
import * as z from 'zod';

/**
 * reject: the item goes to quarantine. fix: the item is corrected and the fix recorded. flag: the item is kept and marked. off: the issue
 * is not looked for.
 */
export const ACTIONS = ['reject', 'fix', 'flag', 'off'] as const;
export type Action = (typeof ACTIONS)[number];

/** A number that a rule compares with; `unit` is for people. */
export type Threshold = {
  readonly default: number;
  readonly least: number;
  readonly most: number;
  readonly unit: string;
  /** The measure of a stored item that the rule compares with the threshold, where it is exactly that. */
  readonly measure?: string;
};

/** `actions`: the possible actions, the default first. The name of a setting says what it limits: `min`, `max`, ... */
export type Rule = {
  readonly actions: readonly [Action, ...Action[]];
  readonly settings?: Readonly<Record<string, Threshold>>;
};

/** A rule as it is in force: its action and every threshold. */
export type RuleSetting = { readonly action: Action } & Readonly<Record<string, number | Action>>;

/** Returns the schema of one rule in dataset.yaml; missing settings have their defaults. */
export function ruleSchema({ actions, settings = {} }: Rule) {
  const thresholds = Object.entries(settings).map(([name, threshold]) => [
    name,
    z.number().min(threshold.least).max(threshold.most).default(threshold.default),
  ]);
  return z
    .strictObject({ action: z.enum(actions).default(actions[0]), ...Object.fromEntries(thresholds) })
    .prefault({}) as unknown as z.ZodType<RuleSetting, unknown>;
}

/** The number a rule in force compares with. Throws for a setting that the rule does not have: a fault of ours. */
export function thresholdOf(setting: RuleSetting, name: string): number {
  const value = setting[name];
  if (typeof value !== 'number') throw new RangeError(`the rule has no setting ${name}`);
  return value;
}
