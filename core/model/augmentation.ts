// What is done to items while a model trains: part of what a snapshot says of itself, since it decides what is learned.
import * as z from 'zod';
import type { TrainConfig } from '../kinds/train-config.ts';

/** `split`: the one split whose items are changed on the way into a model; those that measure never are. policy: `train.augment`. */
export const Augmentation = z.strictObject({ split: z.literal('train'), policy: z.json() });
export type Augmentation = z.infer<typeof Augmentation>;

/** As dataset.yaml has it; a single run may set it otherwise, and its record says so. */
export function augmentationOf(train: TrainConfig & { readonly augment?: unknown }): Augmentation {
  return { split: 'train', policy: z.json().parse(train.augment ?? null) };
}
