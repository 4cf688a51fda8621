// When training may start: the section `gate` of dataset.yaml.
import * as z from 'zod';

const share = z.number().min(0).max(1);

export const GateConfig = z.strictObject({
  auto: z.boolean().default(false),
  minItems: z.int().min(32).default(500),
  minNewItems: z.int().min(1).default(200),
  minQuality: share.default(0.7),
  /** Distinct items of each class. */
  minPerClass: z.int().min(1).default(20),
});
export type GateConfig = z.infer<typeof GateConfig>;
