// The output of the calls about the configuration, as documents that programs can rely on.
import * as z from 'zod';

/** A value of dataset.yaml as JSON. */
export const SettingValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown())]);
export type SettingValue = z.infer<typeof SettingValue>;

export const Setting = z.strictObject({
  /** `image.width`, `rules.image.blurry.action` */
  name: z.string(),
  value: SettingValue,
  /** The source of the value: dataset.yaml, the first accepted upload, or the default. */
  source: z.enum(['file', 'inferred', 'default']),
});
export type Setting = z.infer<typeof Setting>;

export const ConfigOutput = z.strictObject({
  dataset: z.string(),
  kind: z.string(),
  configId: z.string(),
  settings: z.array(Setting),
});
export type ConfigOutput = z.infer<typeof ConfigOutput>;

/** The effect of a changed rule on items that are cleaned already. */
export const RuleEffect = z.strictObject({
  rule: z.string(),
  action: z.string(),
  /** Accepted items on which the changed rule would act, by their stored measures; null if these do not show it. */
  items: z.int().nullable(),
  /** Items that the rule rejects now, and that would be judged again. */
  rejectedBefore: z.int(),
});
export type RuleEffect = z.infer<typeof RuleEffect>;

export const ConfigSetOutput = z.strictObject({
  dataset: z.string(),
  /** False with --dry-run, and if nothing differs. */
  changed: z.boolean(),
  changes: z.array(z.strictObject({ name: z.string(), before: SettingValue, after: SettingValue })),
  /** Whether every upload is cleaned again, and the number of uploads. */
  recleans: z.boolean(),
  uploads: z.int(),
  /** Seconds in which the uploads were cleaned under the configuration in force; null where nothing is cleaned again or was cleaned. */
  recleanSeconds: z.number().nullable(),
  effects: z.array(RuleEffect),
});

export type ConfigSetOutput = z.infer<typeof ConfigSetOutput>;

export const ConfigCheckOutput = ConfigSetOutput.extend({ file: z.string() });
export type ConfigCheckOutput = z.infer<typeof ConfigCheckOutput>;

export const ConfigEditedOutput = z.strictObject({ dataset: z.string(), file: z.string() });
export type ConfigEditedOutput = z.infer<typeof ConfigEditedOutput>;
