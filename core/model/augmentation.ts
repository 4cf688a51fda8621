// Data augmentation in training. A snapshot records it because it changes what is learned.
import * as z from 'zod';
import type { TrainConfig } from '../kinds/train-config.ts';

/** `split`: the only split that is augmented; evaluation splits never are. policy: `train.augment`. */
export const Augmentation = z.strictObject({ split: z.literal('train'), policy: z.json() });
export type Augmentation = z.infer<typeof Augmentation>;

/** Returns the setting of dataset.yaml; a single run may override it, and its record says so. */
export function augmentationOf(train: TrainConfig & { readonly augment?: unknown }): Augmentation {
  return { split: 'train', policy: z.json().parse(train.augment ?? null) };
}
