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

export const ConfigSetOutput = z.strictObject({
  dataset: z.string(),
  /** False with --dry-run, and if nothing differs. */
  changed: z.boolean(),
  changes: z.array(z.strictObject({ name: z.string(), before: SettingValue, after: SettingValue })),
  /** Whether every upload is cleaned again, and the number of uploads. */
  recleans: z.boolean(),
  uploads: z.int(),
});
export type ConfigSetOutput = z.infer<typeof ConfigSetOutput>;
